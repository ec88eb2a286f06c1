//! What the house allows, as data. A change here is a decision that others can see.

/// The longest file, in lines.
pub(crate) const FILE_LINES: usize = 500;
/// The longest function, in lines.
pub(crate) const FUNCTION_LINES: usize = 70;
/// The longest line, in characters.
pub(crate) const LINE_COLUMNS: usize = 100;

/// Files that a program writes: they have the length and the lines that it gives them.
pub(crate) const GENERATED: &[&str] = &["ui/src/ipc/bindings.ts"];

/// What a type's name may not end in: such a name says that nobody knew what it is.
pub(crate) const BANNED_ENDINGS: &[&str] =
    &["Manager", "Service", "Helper", "Helpers", "Util", "Utils", "Common", "Data", "Info", "Misc"];

/// What a file may not be called.
pub(crate) const BANNED_FILES: &[&str] =
    &["util", "utils", "helper", "helpers", "common", "misc", "manager", "managers"];

/// Where a secret may be exposed; everything else handles secrets only as types.
pub(crate) const MAY_EXPOSE: &[&str] = &[
    "src-tauri/crates/secret/",
    "src-tauri/crates/keys/",
    "src-tauri/crates/quorum/",
    "src-tauri/crates/archive/",
    "src-tauri/crates/token/",
    "src-tauri/crates/pkcs11/",
    "src-tauri/crates/paper/",
    "src-tauri/crates/engine/",
    "src-tauri/crates/entry/",
    "src-tauri/crates/cli/",
];

/// Test code that may sleep, because what it does is take samples, not wait.
pub(crate) const MAY_SLEEP: &[&str] = &["tests/kill/main.rs", "tests/support/measure.rs"];

/// All there may be at the top of the repository.
pub(crate) const TOP_LEVEL: &[&str] = &[
    ".cargo",
    ".ci",
    ".clippy.toml",
    ".deny.toml",
    ".gitattributes",
    ".gitignore",
    ".rustfmt.toml",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "docs",
    "icons",
    "src-tauri",
    "tests",
    "ui",
];
