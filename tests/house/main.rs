//! House rules that run: sizes and names, layers, clauses of the specification.
//!
//! `rules` holds one rule per entry, `tidy` asks every file, `canaries` proves that each rule finds
//! what it is there for, `layering` compares the crates with the table, `clauses` the code with the
//! specification.

mod border;
mod canaries;
mod clauses;
mod code;
mod layering;
mod names;
mod rules;
mod source;
mod tidy;
