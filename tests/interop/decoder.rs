//! The decoder that was written from the specification alone opens every golden archive.

use std::process::Command;

#[test]
fn a_program_written_from_the_text_reads_every_golden_archive() {
    let name = "a_program_written_from_the_text_reads_every_golden_archive";
    let Some(python) = strongroom_tests::peers_python() else {
        return strongroom_tests::skip(name, "Python's peers are not installed: cargo xtask setup");
    };
    let script = strongroom_tests::repository().join("docs/spec/decoder/test_golden.py");
    let output = Command::new(python).arg(script).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{complaint}");
    let checks = said.lines().filter(|line| line.starts_with("ok ")).count();
    assert!(checks >= 100 && said.contains("all checks passed"), "{checks} checks: {said}");
}
