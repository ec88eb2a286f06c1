//! The tools Strongroom is measured beside, as small scripts.
//!
//! A script runs in an empty folder and finds `$CORPUS/content`: a file, or a folder. Sealing
//! leaves everything in the folder, restoring makes `restored/content`. A tool for single files
//! gets a stream, of `tar` if it is a tree. Where content does not compress, none is told to.

use crate::corpora::{Corpus, Shape};

/// One tool and how it is called.
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    /// The program that must be there.
    pub(crate) program: &'static str,
    /// What prints its version.
    pub(crate) version: &'static str,
    /// Settings that matter for a comparison.
    pub(crate) note: &'static str,
    on: On,
    recipe: Recipe,
}

/// Which corpora a tool is measured on.
#[derive(PartialEq, Eq)]
enum On {
    All,
    Compressible,
    Incompressible,
}

enum Recipe {
    /// A stream in, a stream out.
    Filter { pack: &'static str, unpack: &'static str },
    /// Scripts of its own.
    Own(Scripts),
}

struct Scripts {
    seal_stream: &'static str,
    seal_tree: &'static str,
    verify: &'static str,
    needs_key: bool,
    restore: &'static str,
    resume: Option<&'static str>,
    list: &'static str,
}

/// What is timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Seal,
    Verify,
    List,
    Restore,
    Resume,
}

impl Tool {
    /// Whether it takes part on `corpus`.
    pub(crate) fn plays_on(&self, corpus: &Corpus) -> bool {
        match self.on {
            On::All => true,
            On::Compressible => corpus.compresses,
            On::Incompressible => !corpus.compresses,
        }
    }

    /// Whether it is Strongroom.
    pub(crate) fn is_ours(&self) -> bool {
        self.name.starts_with("Strongroom")
    }

    /// Whether it can tell without a key that what it wrote is still right.
    pub(crate) fn verifies_without_key(&self) -> bool {
        matches!(&self.recipe, Recipe::Own(scripts) if !scripts.needs_key)
    }

    /// The script of one step; none if the tool cannot do that.
    pub(crate) fn script(&self, step: Step, shape: Shape) -> Option<String> {
        let is_tree = shape == Shape::Tree;
        match &self.recipe {
            Recipe::Filter { pack, unpack } => match step {
                Step::Seal if is_tree => {
                    Some(format!("tar --format=posix -C $CORPUS -c content | ( {pack} ) > sealed"))
                }
                Step::Seal => Some(format!("( {pack} ) < $CORPUS/content > sealed")),
                Step::Verify => Some(format!("( {unpack} ) < sealed > /dev/null")),
                Step::List if is_tree => Some(format!("( {unpack} ) < sealed | tar -t > listed")),
                Step::Restore if is_tree => {
                    Some(format!("mkdir restored && ( {unpack} ) < sealed | tar -C restored -x"))
                }
                Step::Restore => {
                    Some(format!("mkdir restored && ( {unpack} ) < sealed > restored/content"))
                }
                Step::List | Step::Resume => None,
            },
            Recipe::Own(scripts) => match step {
                Step::Seal if is_tree => Some(scripts.seal_tree.to_owned()),
                Step::Seal => Some(scripts.seal_stream.to_owned()),
                Step::Verify => Some(scripts.verify.to_owned()),
                Step::List if is_tree => Some(format!("{} > listed", scripts.list)),
                Step::List => None,
                Step::Restore => Some(scripts.restore.to_owned()),
                Step::Resume => scripts.resume.map(str::to_owned),
            },
        }
    }
}

const fn filter(
    (name, note): (&'static str, &'static str),
    (program, version): (&'static str, &'static str),
    on: On,
    (pack, unpack): (&'static str, &'static str),
) -> Tool {
    Tool { name, program, version, note, on, recipe: Recipe::Filter { pack, unpack } }
}

const AGE: (&str, &str) = ("age", "age --version");
const RAGE: (&str, &str) = ("rage", "rage --version");
const GPG: (&str, &str) = ("gpg", "gpg --version");
const OPENSSL: (&str, &str) = ("openssl", "openssl version");

/// Strongroom first: everything is compared with it. Then Strongroom as it seals unless told
/// otherwise.
pub(crate) const TOOLS: &[Tool] = &[
    Tool {
        name: "Strongroom",
        program: "$STRONGROOM",
        version: "$STRONGROOM --version",
        note: "zstd 3, AES-256-GCM, no parity",
        on: On::All,
        recipe: Recipe::Own(Scripts {
            seal_stream: "$STRONGROOM seal --parity 0% -r $RECIPIENT --name content -o sealed - \
                 < $CORPUS/content",
            seal_tree: "$STRONGROOM seal --parity 0% -r $RECIPIENT -o sealed $CORPUS/content",
            verify: STRONGROOM_VERIFY,
            needs_key: false,
            restore: STRONGROOM_RESTORE,
            resume: Some(STRONGROOM_RESUME),
            list: STRONGROOM_LIST,
        }),
    },
    Tool {
        name: "Strongroom, 10 % parity",
        program: "$STRONGROOM",
        version: "$STRONGROOM --version",
        note: "the same with 10 % parity, its own setting",
        on: On::All,
        recipe: Recipe::Own(Scripts {
            seal_stream: "$STRONGROOM seal --parity 10% -r $RECIPIENT --name content -o sealed - \
                 < $CORPUS/content",
            seal_tree: "$STRONGROOM seal --parity 10% -r $RECIPIENT -o sealed $CORPUS/content",
            verify: STRONGROOM_VERIFY,
            needs_key: false,
            restore: STRONGROOM_RESTORE,
            resume: None,
            list: STRONGROOM_LIST,
        }),
    },
    filter(
        ("age", "no compression, ChaCha20-Poly1305"),
        AGE,
        On::All,
        ("age -R $KEYS/age.pub", "age -d -i $KEYS/age.key"),
    ),
    filter(
        ("zstd, age", "zstd 3 on all cores, then age"),
        AGE,
        On::Compressible,
        ("zstd -q -3 -T0 | age -R $KEYS/age.pub", "age -d -i $KEYS/age.key | zstd -q -d"),
    ),
    filter(
        ("rage", "no compression, ChaCha20-Poly1305"),
        RAGE,
        On::Incompressible,
        ("rage -R $KEYS/age.pub", "rage -d -i $KEYS/age.key"),
    ),
    filter(
        ("zstd, rage", "zstd 3 on all cores, then rage"),
        RAGE,
        On::Compressible,
        ("zstd -q -3 -T0 | rage -R $KEYS/age.pub", "rage -d -i $KEYS/age.key | zstd -q -d"),
    ),
    filter(
        ("gpg", "no compression, AES-256"),
        GPG,
        On::Incompressible,
        (GPG_PACK, "gpg --homedir $KEYS/gpg -q --batch -d"),
    ),
    filter(
        ("zstd, gpg", "zstd 3 on all cores, then gpg without compression"),
        GPG,
        On::Compressible,
        (
            "zstd -q -3 -T0 | gpg --homedir $KEYS/gpg -q --batch --trust-model always \
             --cipher-algo AES256 -z 0 -r bench -e",
            "gpg --homedir $KEYS/gpg -q --batch -d | zstd -q -d",
        ),
    ),
    filter(
        ("openssl", "AES-256-CTR, no compression, authenticates nothing"),
        OPENSSL,
        On::Incompressible,
        (
            "openssl enc -aes-256-ctr -pbkdf2 -pass file:$KEYS/password",
            "openssl enc -d -aes-256-ctr -pbkdf2 -pass file:$KEYS/password",
        ),
    ),
    filter(
        ("zstd, openssl", "zstd 3 on all cores, then AES-256-CTR, authenticates nothing"),
        OPENSSL,
        On::Compressible,
        (
            "zstd -q -3 -T0 | openssl enc -aes-256-ctr -pbkdf2 -pass file:$KEYS/password",
            "openssl enc -d -aes-256-ctr -pbkdf2 -pass file:$KEYS/password | zstd -q -d",
        ),
    ),
    Tool {
        name: "restic",
        program: "restic",
        version: "restic version",
        note: "its own compression (zstd), a repository of its own",
        on: On::All,
        recipe: Recipe::Own(Scripts {
            seal_stream: "restic -q -r repo init && restic -q -r repo backup --stdin \
                 --stdin-filename content < $CORPUS/content",
            seal_tree: "restic -q -r repo init && cd $CORPUS && \
                 restic -q -r $OLDPWD/repo backup content",
            verify: "restic -q -r repo check --read-data",
            needs_key: true,
            restore: "restic -q -r repo restore latest --target restored",
            resume: None,
            list: "restic -q -r repo ls latest",
        }),
    },
    Tool {
        name: "rustic",
        program: "rustic",
        version: "rustic --version",
        note: "its own compression (zstd), a repository of its own",
        on: On::All,
        recipe: Recipe::Own(Scripts {
            seal_stream: "rustic -r repo init && rustic -r repo backup \
                 --stdin-filename content - < $CORPUS/content",
            seal_tree: "rustic -r repo init && cd $CORPUS && \
                 rustic -r $OLDPWD/repo backup content",
            verify: "rustic -r repo check --read-data",
            needs_key: true,
            restore: "rustic -r repo restore latest restored",
            resume: Some("rustic -r repo restore latest restored"),
            list: "rustic -r repo ls latest",
        }),
    },
    Tool {
        name: "borg",
        program: "borg",
        version: "borg --version",
        note: "zstd 3 where content compresses, BLAKE2b; its check without a key is a CRC-32",
        on: On::All,
        recipe: Recipe::Own(Scripts {
            seal_stream: "borg init -e repokey-blake2 repo && \
                 borg create -C $BORG_ZIP --stdin-name content repo::a - < $CORPUS/content",
            seal_tree: "borg init -e repokey-blake2 repo && cd $CORPUS && \
                 borg create -C $BORG_ZIP $OLDPWD/repo::a content",
            verify: "borg check --repository-only repo",
            needs_key: false,
            restore: "mkdir restored && cd restored && borg extract ../repo::a",
            resume: None,
            list: "borg list repo::a",
        }),
    },
    Tool {
        name: "dar",
        program: "dar",
        version: "dar --version",
        note: "zstd 3 where content compresses, AES-256, one thread",
        on: On::All,
        recipe: Recipe::Own(Scripts {
            seal_stream: DAR_SEAL,
            seal_tree: DAR_SEAL,
            verify: "dar -Q -q -t sealed -K aes256:bench",
            needs_key: true,
            restore: "mkdir restored && dar -Q -q -x sealed -R restored -K aes256:bench",
            resume: None,
            list: "dar -Q -l sealed -K aes256:bench",
        }),
    },
];

const STRONGROOM_VERIFY: &str = "$STRONGROOM verify sealed";
const STRONGROOM_RESTORE: &str = "$STRONGROOM --json restore sealed --to restored $SHARES";
const STRONGROOM_RESUME: &str = "$STRONGROOM --json restore sealed --to restored --resume $SHARES";
const STRONGROOM_LIST: &str = "$STRONGROOM list sealed $SHARES";
const GPG_PACK: &str = "gpg --homedir $KEYS/gpg -q --batch --trust-model always \
     --cipher-algo AES256 -z 0 -r bench -e";
const DAR_SEAL: &str = "dar -Q -q -c sealed -R $CORPUS -g content -K aes256:bench $DAR_ZIP";
