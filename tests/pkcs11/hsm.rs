//! SoftHSM tokens in a folder, and a test in a process that is configured for them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use pkcs11::{Module, Pkcs11Token};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use secret::SecretText;
use strongroom_tests::skip;
use tempfile::TempDir;
use token::{Enrolled, Enrolment, Firmware, Start, Token, TokenError};

pub(crate) const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
pub(crate) const PIN: &str = "271828";
pub(crate) const OFFICER_PIN: &str = "31415926";

/// Names the folder of the tokens, and the file that SoftHSM reads.
const MARK: &str = "STRONGROOM_PKCS11_INSIDE";
const CONFIGURATION: &str = "SOFTHSM2_CONF";

/// Tokens in a folder.
pub(crate) struct Hsm {
    dir: PathBuf,
}

/// Runs `body` in a process that is configured for tokens of its own; `name` is the name of the
/// calling test. Where SoftHSM is missing, the test counts as skipped.
pub(crate) fn inside(name: &str, body: impl FnOnce(&Hsm)) {
    if let Some(dir) = env::var_os(MARK) {
        return body(&Hsm { dir: dir.into() });
    }
    if !Path::new(MODULE).exists() {
        return skip(name, "softhsm2 is not installed");
    }
    let dir = TempDir::new().unwrap();
    let hsm = Hsm { dir: dir.path().to_owned() };
    let tokens = hsm.dir.join("tokens");
    fs::create_dir(&tokens).unwrap();
    let text = format!("directories.tokendir = {}\nlog.level = ERROR\n", tokens.display());
    fs::write(hsm.configuration(), text).unwrap();
    let mut again = Command::new(env::current_exe().unwrap());
    again.args([name, "--exact", "--nocapture", "--test-threads=1"]);
    again.env(MARK, &hsm.dir).env(CONFIGURATION, hsm.configuration());
    let output = again.output().unwrap();
    let (out, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    println!("{out}");
    let is_good = output.status.success() && out.contains("1 passed");
    assert!(is_good, "inside: {}\n{out}\n{err}", output.status);
}

impl Hsm {
    /// The folder of this test.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Sets the variable that names the tokens, for a program.
    pub(crate) fn configure(&self, command: &mut Command) {
        command.env(CONFIGURATION, self.configuration());
    }

    fn configuration(&self) -> PathBuf {
        self.dir.join("softhsm2.conf")
    }

    /// An empty token with a PIN, as its administrator hands it out.
    pub(crate) fn make(&self, label: &str) {
        let more = ["--free", "--pin", PIN, "--so-pin", OFFICER_PIN];
        self.administer(&[&["--init-token", "--label", label], &more[..]].concat());
    }

    /// The token is gone for good.
    pub(crate) fn destroy(&self, label: &str) {
        self.administer(&["--delete-token", "--token", label]);
    }

    fn administer(&self, arguments: &[&str]) {
        let mut program = Command::new("softhsm2-util");
        self.configure(&mut program);
        let output = program.args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    }

    /// What another program says about a token, logged in.
    pub(crate) fn ask_another(&self, label: &str, arguments: &[&str]) -> (String, bool) {
        let mut program = Command::new("pkcs11-tool");
        self.configure(&mut program);
        program.args(["--module", MODULE, "--token-label", label, "--login", "--pin", PIN]);
        let output = program.args(arguments).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (text + &String::from_utf8_lossy(&output.stderr), output.status.success())
    }

    /// The module, as it is now.
    pub(crate) fn module(&self) -> Module {
        Module::load(Path::new(MODULE)).unwrap()
    }

    /// The token with this label.
    pub(crate) fn token(&self, label: &str) -> Pkcs11Token {
        let module = self.module();
        let tokens = module.tokens().unwrap();
        let seen = tokens.iter().find(|seen| seen.label == label).unwrap();
        Pkcs11Token::new(module, seen.identity.serial)
    }
}

pub(crate) fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

pub(crate) fn text(text: &str) -> SecretText {
    SecretText::from_exposed(text)
}

pub(crate) fn enrol(token: &mut dyn Token, pin: &str) -> Result<Enrolled, TokenError> {
    let (pin, puk) = (text(pin), text("00000000"));
    let (start, minimum) = (Start::Fresh, Firmware::MINIMUM);
    token.enrol(&Enrolment { pin: &pin, puk: &puk, start, minimum }, &mut rng(9))
}
