//! What the tools are measured on, and the keys they use.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use strongroom_tests::line::Line;
use strongroom_tests::outcome::{Outcome, context, fail};
use strongroom_tests::postgres::Server;
use strongroom_tests::scale::Arguments;
use strongroom_tests::tree;

/// The inputs of a run, with the portrait of the tree that every restore is compared with.
pub(crate) struct Inputs {
    pub(crate) dir: PathBuf,
    line: Line,
    shares: String,
    portrait: tree::Portrait,
}

impl Inputs {
    /// Makes the dump, the tree and everybody's keys in the work folder.
    pub(crate) fn prepare(arguments: &Arguments) -> Outcome<Self> {
        let line = Line::prepare(&arguments.dir, &arguments.program)?;
        line.genesis()?;
        let (dir, scale) = (line.dir.clone(), &arguments.scale);
        let server = Server::start(&dir)?;
        server.fill("bench", scale.pgbench)?;
        let dump = fs::File::create(dir.join("dump")).map_err(context("making the dump"))?;
        let status = server.dump("bench").stdout(dump).status();
        if !status.is_ok_and(|status| status.success()) {
            return fail("pg_dump failed");
        }
        tree::collect(&dir.join("tree"), scale.files)?;
        let portrait = tree::portrait(&dir.join("tree"))?;
        let quoted: Vec<_> =
            line.quorum()?.iter().map(|file| format!("--share {}", file.display())).collect();
        let inputs = Self { dir, line, shares: quoted.join(" "), portrait };
        inputs.make_keys()?;
        Ok(inputs)
    }

    /// Gives a script its inputs, keys and passwords.
    pub(crate) fn environment<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        let path = std::env::var("PATH").unwrap_or_default();
        let tools = self.dir.join("../tools/bin");
        command
            .env("PATH", format!("{}:{path}", tools.display()))
            .env("DUMP", self.dir.join("dump"))
            .env("TREE", self.dir.join("tree"))
            .env("KEYS", self.dir.join("keys"))
            .env("SHARES", &self.shares)
            .env("STRONGROOM", &self.line.program)
            .env("RESTIC_PASSWORD", "bench")
            .env("BORG_PASSPHRASE", "bench")
            .env("BORG_BASE_DIR", self.dir.join("keys/borg"))
            .env("RESTIC_CACHE_DIR", self.dir.join("keys/restic"))
            .env("BORG_RELOCATED_REPO_ACCESS_IS_OK", "yes")
    }

    /// Bytes of one input.
    pub(crate) fn bytes(&self, input: &str) -> Outcome<u64> {
        bytes_below(&self.dir.join(if input == "stream" { "dump" } else { "tree" }))
    }

    /// Reads all of one input, so that every tool finds it in memory: some throw it out.
    pub(crate) fn read(&self, input: &str) -> Outcome<()> {
        if input == "stream" {
            let mut dump =
                fs::File::open(self.dir.join("dump")).map_err(context("opening a stream"))?;
            let read = std::io::copy(&mut dump, &mut std::io::sink());
            return read.map(drop).map_err(context("reading a stream"));
        }
        tree::portrait(&self.dir.join("tree")).map(drop)
    }

    /// What a tool restored is what it was given.
    pub(crate) fn compare(&self, input: &str, dir: &Path, name: &str) -> Outcome<()> {
        let restored = dir.join("restored");
        if input == "stream" {
            let digest = |path: &Path| {
                let file = fs::File::open(path).map_err(context("opening a stream"))?;
                blake3::Hasher::new()
                    .update_reader(file)
                    .map(|hasher| hasher.finalize())
                    .map_err(context("reading a stream"))
            };
            if digest(&restored)? == digest(&self.dir.join("dump"))? {
                return Ok(());
            }
            return fail(format!("{name} gave back another stream"));
        }
        let differences =
            tree::differences(&self.portrait, &tree::portrait(&restored.join("tree"))?);
        if differences.is_empty() {
            return Ok(());
        }
        fail(format!("{name} gave back another tree: {}", differences.join("; ")))
    }

    fn make_keys(&self) -> Outcome<()> {
        let script = "mkdir -p $KEYS/borg $KEYS/restic && cp $KEYS/../recipient $KEYS/recipient
            age-keygen -o $KEYS/age.key 2>/dev/null
            age-keygen -y $KEYS/age.key > $KEYS/age.pub
            mkdir -m 700 $KEYS/gpg
            gpg --homedir $KEYS/gpg -q --batch --passphrase '' \
                --quick-gen-key bench default default never";
        let output = self
            .environment(Command::new("bash").args(["-euo", "pipefail", "-c", script]))
            .stdin(Stdio::null())
            .output()
            .map_err(context("starting a shell"))?;
        if output.status.success() {
            return Ok(());
        }
        fail(format!("making keys failed: {}", String::from_utf8_lossy(&output.stderr)))
    }
}

/// Bytes of a file, or of all files below a folder.
pub(crate) fn bytes_below(path: &Path) -> Outcome<u64> {
    let metadata = fs::symlink_metadata(path).map_err(context("measuring a size"))?;
    if !metadata.is_dir() {
        return Ok(metadata.len());
    }
    let entries = fs::read_dir(path).map_err(context("measuring a folder"))?;
    entries.map(|entry| bytes_below(&entry.map_err(context("measuring a folder"))?.path())).sum()
}
