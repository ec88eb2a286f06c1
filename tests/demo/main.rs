//! `cargo xtask demo`: the whole line on real input, from ceremony to evidence.
//!
//! `worst-day` plays what parity, second copies and the journal are for (`worst_day.rs`). Without
//! that word:
//!
//! Two inputs: a dump of a real PostgreSQL database streamed into `seal`, and a tree of real
//! files. A drill vault makes a key with three custodians and two officers; both inputs are
//! sealed; the originals are deleted; a quorum brings them back; what came back is compared with
//! what was there. Everything goes through the command line, as a person would do it.

#![allow(clippy::print_stdout, clippy::print_stderr)]

mod injury;
mod worst_day;

use std::fs;
use std::process::ExitCode;

use strongroom_tests::line::{Line, Row};
use strongroom_tests::outcome::{Outcome, context, fail};
use strongroom_tests::postgres::Server;
use strongroom_tests::scale::{Arguments, Scale};
use strongroom_tests::tree as files;

/// Runs the demonstration and prints what it did.
fn main() -> ExitCode {
    match Arguments::parse().and_then(|arguments| run(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("\nThe demonstration failed.\n{problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Outcome<()> {
    let scale = &arguments.scale;
    let line = Line::prepare(&arguments.dir, &arguments.program)?;
    line.genesis()?;
    if arguments.worst_day {
        let content = if arguments.small { (300, 12) } else { (5_000, 120) };
        let (files, large) = content;
        worst_day::play(&line, &worst_day::Content { files, large })?;
        return line.check_log();
    }
    let rows = [database(&line, scale)?, tree(&line, scale)?];
    line.check_log()?;
    println!();
    for row in &rows {
        row.print();
    }
    println!();
    println!("Everything is in {}.", line.dir.display());
    println!(
        "Look at sheets/ (share sheets), vault/documents/ (minutes, evidence) and vault/log/."
    );
    Ok(())
}

/// (a) A dump streamed into `seal`, brought back by paper shares alone, and loaded again.
fn database(line: &Line, scale: &Scale) -> Outcome<Row> {
    println!("== A PostgreSQL database, dumped straight into an archive");
    let server = Server::start(&line.dir)?;
    server.fill("before", scale.pgbench)?;
    let before = server.summary("before")?;
    let (archive, out) = (line.dir.join("archives/database"), line.dir.join("restored/database"));
    let seal = line.seal_stream(&mut server.dump("before"), "dump.sql", &archive)?;
    server.drop_database("before")?;
    println!("   sealed; the database is dropped; shares on paper bring it back");
    let restore = line.restore_with_sheets(&archive, &out)?;
    server.load("after", &out.join("dump.sql"))?;
    let after = server.summary("after")?;
    if before != after {
        return fail(format!("the database came back different: {before} is now {after}"));
    }
    println!("   loaded again: counts, sums and digests match ({after})");
    Ok(Row { name: "database", seal, restore })
}

/// (b) A tree of real files, brought back by tokens in a restore ceremony.
fn tree(line: &Line, scale: &Scale) -> Outcome<Row> {
    println!("== A tree of real files");
    let source = line.dir.join("tree");
    let count = files::collect(&source, scale.files)?;
    let before = files::portrait(&source)?;
    let (archive, out) = (line.dir.join("archives/tree"), line.dir.join("restored/tree"));
    let seal = line.seal_tree(&source, &archive)?;
    fs::remove_dir_all(&source).map_err(context("deleting the original tree"))?;
    println!("   {count} files sealed; the original is deleted; tokens bring it back");
    let restore = line.restore_with_tokens(&archive, &out)?;
    let differences = files::differences(&before, &files::portrait(&out.join("tree"))?);
    if !differences.is_empty() {
        return fail(format!("the tree came back different:\n{}", differences.join("\n")));
    }
    println!("   {} entries are identical: content, modes, times, links", before.len());
    Ok(Row { name: "tree", seal, restore })
}
