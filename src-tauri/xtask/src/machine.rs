//! What this machine has: system packages, programs, versions.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::house::answer;

/// A system package and what it is for.
pub(crate) struct Package {
    pub(crate) name: &'static str,
    pub(crate) purpose: &'static str,
}

/// Everything `run` and `test` need from Debian 12.
pub(crate) const PACKAGES: &[Package] = &[
    package("build-essential", "compiles C parts of the libraries"),
    package("pkg-config", "finds system libraries"),
    package("libwebkit2gtk-4.1-dev", "the window"),
    package("libudev-dev", "the driver of hardware tokens"),
    package("libpcsclite-dev", "readers of hardware tokens"),
    package("xvfb", "a display for window tests"),
    package("xauth", "access to that display"),
    package("webkit2gtk-driver", "remote control for window tests"),
    package("poppler-utils", "reads printed documents back in tests"),
    package("python3-venv", "foreign implementations that tests compare with"),
    package("postgresql-15", "the database of the demonstration"),
    package("age", "another encryption tool, to compare with"),
    package("attr", "extended attributes in tests"),
    package("strace", "ends programs at chosen system calls in tests"),
];

/// What tests of tokens in readers need; without it they are skipped.
pub(crate) const TOKENS: &[Package] = &[
    package("pcscd", "the service for readers"),
    package("iproute2", "a loopback of its own for every test"),
    package("softhsm2", "tokens behind a PKCS#11 module"),
    package("opensc", "another program for tokens, to compare with"),
    package("yubico-piv-tool", "another program for tokens, to compare with"),
    package("ykcs11", "another program for tokens, to compare with"),
    package("yubikey-manager", "another program for tokens, to compare with"),
];

/// The tools that `bench` measures Strongroom beside.
pub(crate) const PEERS: &[Package] = &[
    package("age", "files for a public key"),
    package("gnupg", "files for a public key"),
    package("restic", "encrypted backups"),
    package("borgbackup", "encrypted backups"),
    package("dar", "encrypted archives on media"),
    package("openssl", "files under a password"),
    package("zstd", "compression before age"),
];

/// Programs of PostgreSQL that the demonstration calls.
pub(crate) const POSTGRES_PROGRAMS: &[&str] =
    &["initdb", "pg_ctl", "postgres", "pgbench", "pg_dump"];

const fn package(name: &'static str, purpose: &'static str) -> Package {
    Package { name, purpose }
}

/// Those of `wanted` that are not there, by what they bring rather than by name alone.
pub(crate) fn missing(wanted: &'static [Package]) -> Vec<&'static Package> {
    let installed = installed_names(wanted);
    wanted
        .iter()
        .filter(|package| !installed.iter().any(|name| name == package.name))
        .filter(|package| match package.name {
            "postgresql-15" => postgres_folder().is_none(),
            "python3-venv" => !python_makes_environments(),
            "age" => find_program("age").is_none(),
            _ => true,
        })
        .collect()
}

/// The folder that holds all of [`POSTGRES_PROGRAMS`], or `None`.
pub(crate) fn postgres_folder() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|entry| entry.path().join("bin")).collect();
    folders.sort();
    folders.reverse();
    folders.extend(search_path());
    let complete =
        |folder: &PathBuf| POSTGRES_PROGRAMS.iter().all(|program| folder.join(program).is_file());
    folders.into_iter().find(complete)
}

/// Where `program` lies on the search path.
pub(crate) fn find_program(program: &str) -> Option<PathBuf> {
    search_path().into_iter().map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// Whether `python3 -m venv` would work.
pub(crate) fn python_makes_environments() -> bool {
    answer(Command::new("python3").args(["-c", "import venv, ensurepip"])).is_some()
}

/// Whether packages come from apt here.
pub(crate) fn has_apt() -> bool {
    Path::new("/usr/bin/apt-get").exists()
}

/// Whether this process may install packages by itself.
pub(crate) fn is_root() -> bool {
    answer(Command::new("id").arg("-u")).as_deref() == Some("0")
}

fn search_path() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).collect()
}

fn installed_names(wanted: &[Package]) -> Vec<String> {
    // dpkg-query fails when one of the names is unknown, and still prints the others.
    let output = Command::new("dpkg-query")
        .args(["-W", "-f", "${db:Status-Abbrev}${Package}\n"])
        .args(wanted.iter().map(|package| package.name))
        .output();
    let Ok(output) = output else { return Vec::new() };
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().filter_map(|line| line.strip_prefix("ii ")).map(str::to_owned).collect()
}
