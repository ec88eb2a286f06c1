//! What a command is given: clock, randomness, where the vault is, how to print.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use engine::conduct::Surroundings;
use engine::tokens::Tokens;
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use pkcs11::Module;
use terms::Timestamp;

use crate::commands::Arguments;
use crate::exit::Exit;
use crate::failure::Failure;

/// The surroundings of one run of the program.
pub(crate) struct Context {
    /// Print one JSON object instead of text.
    pub(crate) json: bool,
    vault: Option<PathBuf>,
    pub(crate) pkcs11: Option<PathBuf>,
}

impl Context {
    /// Takes what every command has in common from the command line.
    pub(crate) fn new(arguments: &Arguments) -> Self {
        let Arguments { json, vault, pkcs11, .. } = arguments;
        Self { json: *json, vault: vault.clone(), pkcs11: pkcs11.clone() }
    }

    /// The time by the machine's clock.
    #[expect(clippy::disallowed_methods, reason = "a program reads the clock, once, here")]
    pub(crate) fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_unix(since.as_secs())
    }

    /// A clock that begins now and is never set back.
    pub(crate) fn stopwatch(&self) -> impl Fn() -> Duration + use<> {
        let began = Instant::now();
        move || began.elapsed()
    }

    /// The operating system's randomness; a system that has none stops the program.
    pub(crate) fn rng(&self) -> UnwrapErr<SysRng> {
        UnwrapErr(SysRng)
    }

    /// Conducts a ceremony with this machine's clock, randomness and state.
    pub(crate) fn surrounded<T>(
        &self,
        tokens: &mut dyn Tokens,
        conduct: impl FnOnce(Surroundings<'_>) -> T,
    ) -> T {
        conduct(Surroundings {
            clock: &|| self.now(),
            rng: &mut self.rng(),
            machine: &crate::commands::doctor::findings,
            readers: Some(tokens),
            program: concat!("strongroom ", env!("CARGO_PKG_VERSION")),
        })
    }

    /// The program as people would call it again for the same vault.
    pub(crate) fn strongroom(&self) -> String {
        self.vault.as_deref().map_or_else(|| "strongroom".to_owned(), strongroom_on)
    }

    /// The vault that somebody named: `--vault` or `$STRONGROOM_VAULT`.
    #[expect(clippy::disallowed_methods, reason = "a program reads its environment, once, here")]
    pub(crate) fn named_vault(&self) -> Option<PathBuf> {
        let variable = || std::env::var_os("STRONGROOM_VAULT").filter(|dir| !dir.is_empty());
        self.vault.clone().or_else(|| variable().map(Into::into))
    }

    /// The PKCS#11 module that somebody named, loaded: `--pkcs11` or `$STRONGROOM_PKCS11`. It is
    /// not looked for anywhere else (decision 0410).
    #[expect(clippy::disallowed_methods, reason = "a program reads its environment, once, here")]
    pub(crate) fn module(&self) -> Result<Option<Module>, Failure> {
        let variable = || std::env::var_os("STRONGROOM_PKCS11").filter(|file| !file.is_empty());
        let named = self.pkcs11.clone().or_else(|| variable().map(PathBuf::from));
        let loaded = named.map(|path| Module::load(&path)).transpose();
        loaded.map_err(|error| Failure::from_problem(Exit::Failed, &error))
    }

    /// The folder of the vault: the one that was named, or that in the user's data folder.
    #[expect(clippy::disallowed_methods, reason = "a program reads its environment, once, here")]
    pub(crate) fn vault_dir(&self) -> PathBuf {
        self.named_vault().unwrap_or_else(|| {
            let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default());
            let data = std::env::var_os("XDG_DATA_HOME")
                .map_or_else(|| home().join(".local/share"), Into::into);
            data.join("strongroom/vault")
        })
    }
}

/// The program as people call it for the vault in `dir`.
pub(crate) fn strongroom_on(dir: &Path) -> String {
    let dir = dir.display().to_string();
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+".contains(c);
    if dir.chars().all(is_plain) {
        format!("strongroom --vault {dir}")
    } else {
        format!("strongroom --vault '{}'", dir.replace('\'', "'\\''"))
    }
}
