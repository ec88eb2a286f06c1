//! With nothing but the kit from a medium, the archive beside it is checked and restored.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use strongroom_tests::line::Line;
use tempfile::TempDir;

fn said(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    format!("{}{}", String::from_utf8_lossy(out), String::from_utf8_lossy(err))
}

/// A tree of files and folders, and what is in each file.
fn tree(root: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let noise: Vec<u8> =
        (0..1_500_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let files = [
        ("inner/noise", noise),
        ("inner/deep/text", b"some text\n".repeat(50_000)),
        ("nothing", Vec::new()),
    ];
    let named = files.map(|(name, bytes)| (PathBuf::from(name), bytes));
    for (name, bytes) in &named {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    named.into()
}

#[test]
fn the_kit_on_a_medium_opens_the_archive_beside_it() {
    let name = "the_kit_on_a_medium_opens_the_archive_beside_it";
    let Some(python) = strongroom_tests::peers_python() else {
        return strongroom_tests::skip(name, "Python's peers are not installed: cargo xtask setup");
    };
    let Some(program) = strongroom_tests::built_program("strongroom") else {
        return strongroom_tests::skip(name, "the program was not built");
    };
    let dir = TempDir::new().unwrap();
    let line = Line::prepare(&dir.path().join("desk"), &program).unwrap();
    line.genesis().unwrap();
    let (source, medium) = (dir.path().join("tree"), dir.path().join("medium"));
    let files = tree(&source);
    let mut seal = Command::new(&line.program);
    seal.arg("seal").arg("-r").arg(line.dir.join("recipient")).arg("-o").arg(&medium);
    let sealed = seal.args(["--kit", "--volume-size", "5M"]).arg(&source).output().unwrap();
    assert!(sealed.status.success(), "{}", said(&sealed));

    // What a stranger has: the medium and the sheets.
    let mut folders = fs::read_dir(&medium).unwrap().flatten().map(|entry| entry.path());
    let kit = folders.find(|path| path.is_dir()).unwrap();
    let decoder = kit.join("docs/spec/decoder");
    let run = |arguments: &[&Path]| {
        let mut command = Command::new(&python);
        command.arg("-I").arg(decoder.join("strongroom_decoder.py")).args(arguments);
        command.current_dir(&kit).output().unwrap()
    };
    let verified = run(&[Path::new("verify"), &medium]);
    assert!(verified.status.success(), "{}", said(&verified));
    let (to, quorum) = (dir.path().join("restored"), line.quorum().unwrap());
    let mut restore: Vec<&Path> = ["restore"].map(Path::new).into();
    restore.extend([&medium, Path::new("--to"), &to, Path::new("--shares")]);
    restore.extend(quorum.iter().map(PathBuf::as_path));
    let restored = run(&restore);
    assert!(restored.status.success(), "{}", said(&restored));
    for (name, bytes) in files {
        assert!(fs::read(to.join("tree").join(&name)).unwrap() == bytes, "{}", name.display());
    }

    // The decoder's own test runs from the kit alone.
    let golden = Command::new(&python).arg(decoder.join("test_golden.py")).output().unwrap();
    assert!(golden.status.success() && said(&golden).contains("all checks passed"));
}
