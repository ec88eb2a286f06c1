//! The command line.

fn main() {
    secret::harden_process();
}
