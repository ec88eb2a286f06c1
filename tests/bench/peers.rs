//! The tools Strongroom is measured beside, as small scripts.
//!
//! Each script runs in an empty folder of its own and gets: `$DUMP` (the stream's file), `$TREE`
//! (the folder), `$KEYS` (keys and passwords made once per run), `$STRONGROOM`. Sealing leaves
//! everything in the folder; restoring writes `restored` (a file) or `restored/` (the tree).

use std::process::Command;

use strongroom_tests::outcome::{Outcome, context};

use crate::inputs::Inputs;

/// One tool and its four scripts.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    seal_stream: &'static str,
    restore_stream: &'static str,
    seal_tree: &'static str,
    restore_tree: &'static str,
}

/// What is timed.
#[derive(Clone, Copy)]
pub(crate) enum Step {
    Seal,
    Restore,
}

impl Peer {
    /// The script of one step on one input.
    pub(crate) fn script(&self, step: Step, input: &str) -> &'static str {
        match (step, input) {
            (Step::Seal, "stream") => self.seal_stream,
            (Step::Restore, "stream") => self.restore_stream,
            (Step::Seal, _) => self.seal_tree,
            (Step::Restore, _) => self.restore_tree,
        }
    }
}

const PEERS: [Peer; 8] = [
    Peer {
        name: "strongroom",
        // None of the peers protects what it writes with parity.
        seal_stream: "$STRONGROOM seal --parity 0% -r $KEYS/recipient --name dump -o . - < $DUMP",
        restore_stream: "$STRONGROOM restore . --to out $SHARES && mv out/dump restored",
        seal_tree: "$STRONGROOM seal --parity 0% -r $KEYS/recipient -o . $TREE",
        restore_tree: "$STRONGROOM restore . --to restored $SHARES",
    },
    Peer {
        name: "10 % parity, strongroom",
        seal_stream: "$STRONGROOM seal -r $KEYS/recipient --name dump -o . - < $DUMP",
        restore_stream: "$STRONGROOM restore . --to out $SHARES && mv out/dump restored",
        seal_tree: "$STRONGROOM seal -r $KEYS/recipient -o . $TREE",
        restore_tree: "$STRONGROOM restore . --to restored $SHARES",
    },
    Peer {
        name: "age",
        seal_stream: "age -R $KEYS/age.pub -o sealed $DUMP",
        restore_stream: "age -d -i $KEYS/age.key -o restored sealed",
        seal_tree: "tar --format=posix -C $TREE/.. -c tree | age -R $KEYS/age.pub -o sealed",
        restore_tree: "mkdir restored && age -d -i $KEYS/age.key sealed | tar -C restored -x",
    },
    Peer {
        name: "rage",
        seal_stream: "rage -R $KEYS/age.pub -o sealed $DUMP",
        restore_stream: "rage -d -i $KEYS/age.key -o restored sealed",
        seal_tree: "tar --format=posix -C $TREE/.. -c tree | rage -R $KEYS/age.pub -o sealed",
        restore_tree: "mkdir restored && rage -d -i $KEYS/age.key sealed | tar -C restored -x",
    },
    Peer {
        name: "zstd with age",
        seal_stream: "zstd -q -3 -T0 -c $DUMP | age -R $KEYS/age.pub -o sealed",
        restore_stream: "age -d -i $KEYS/age.key sealed | zstd -q -d -c > restored",
        seal_tree: "tar --format=posix -C $TREE/.. -c tree | zstd -q -3 -T0 \
             | age -R $KEYS/age.pub -o sealed",
        restore_tree: "mkdir restored && age -d -i $KEYS/age.key sealed | zstd -q -d \
             | tar -C restored -x",
    },
    Peer {
        name: "gpg",
        seal_stream: "gpg --homedir $KEYS/gpg -q --batch --trust-model always -r bench \
             -o sealed -e $DUMP",
        restore_stream: "gpg --homedir $KEYS/gpg -q --batch -o restored -d sealed",
        seal_tree: "tar --format=posix -C $TREE/.. -c tree | gpg --homedir $KEYS/gpg -q --batch \
             --trust-model always -r bench -o sealed -e",
        restore_tree: "mkdir restored && gpg --homedir $KEYS/gpg -q --batch -d sealed \
             | tar -C restored -x",
    },
    Peer {
        name: "restic",
        seal_stream: "restic -q -r repo init && restic -q -r repo backup --stdin \
             --stdin-filename dump < $DUMP",
        restore_stream: "restic -q -r repo restore latest --target out && mv out/dump restored",
        seal_tree: "restic -q -r $PWD/repo init && cd $TREE/.. && \
             restic -q -r $OLDPWD/repo backup tree",
        restore_tree: "restic -q -r repo restore latest --target restored",
    },
    Peer {
        name: "borg",
        seal_stream: "borg init -e repokey-blake2 repo && \
             borg create -C zstd,3 --stdin-name dump repo::a - < $DUMP",
        restore_stream: "borg extract repo::a && mv dump restored",
        seal_tree: "borg init -e repokey-blake2 repo && cd $TREE/.. && \
             borg create -C zstd,3 $OLDPWD/repo::a tree",
        restore_tree: "mkdir restored && cd restored && borg extract ../repo::a",
    },
];

/// The tools that are here; the missing ones are named, so that a table never hides one.
pub(crate) fn available(inputs: &Inputs) -> Outcome<Vec<&'static Peer>> {
    let mut found = Vec::new();
    for peer in &PEERS {
        let program = peer.name.split(' ').next_back().unwrap_or(peer.name);
        let present = program == "strongroom" || exists(program, inputs)?;
        if present {
            found.push(peer);
        } else {
            println!("not measured: {} is not installed", peer.name);
        }
    }
    Ok(found)
}

fn exists(program: &str, inputs: &Inputs) -> Outcome<bool> {
    let status = inputs
        .environment(Command::new("bash").args(["-c", &format!("command -v {program}")]))
        .output()
        .map_err(context("starting a shell"))?;
    Ok(status.status.success())
}
