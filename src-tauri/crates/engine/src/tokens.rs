//! The virtual tokens of a drill vault, kept in its folder between runs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rand_core::CryptoRng;
use terms::Problem;
use token::Serial;
use token::virtual_yubikey::{self, VirtualError, VirtualYubiKey};

/// Why a drill token cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TokensError {
    /// Virtual tokens are for drill vaults only.
    #[error("this is no drill vault: virtual tokens do not exist here")]
    NoDrill,
    /// The token's file cannot be read or written.
    #[error("the virtual token {} cannot be read or kept", path.display())]
    File {
        /// Its file.
        path: PathBuf,
        /// What the system said.
        #[source]
        error: io::Error,
    },
    /// The token's file is damaged.
    #[error(transparent)]
    State(#[from] VirtualError),
    /// All serial numbers of virtual tokens are used.
    #[error("there is no serial number left for another virtual token")]
    Full,
}

impl Problem for TokensError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoDrill => "SR-TOKENS-NO-DRILL",
            Self::File { .. } => "SR-TOKENS-FILE",
            Self::State(error) => error.code(),
            Self::Full => "SR-TOKENS-FULL",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::NoDrill => "Use hardware tokens or sheets, or a vault of the drill environment.",
            Self::File { .. } => "Check the folder tokens/ of the drill vault.",
            Self::State(error) => return error.remedy(),
            Self::Full => "Begin a new drill vault.",
        }
        .to_owned()
    }
}

/// The folder of virtual tokens.
pub struct DrillTokens {
    dir: PathBuf,
}

impl DrillTokens {
    /// Uses the tokens folder of a drill vault.
    ///
    /// # Errors
    ///
    /// The vault is none of the drill environment.
    pub fn of(vault: &crate::vault::Vault) -> Result<Self, TokensError> {
        Ok(Self { dir: vault.tokens_folder().ok_or(TokensError::NoDrill)? })
    }

    /// Makes a factory-new token with the next free serial number.
    ///
    /// # Errors
    ///
    /// The folder cannot be written.
    pub fn make(&self, rng: &mut dyn CryptoRng) -> Result<VirtualYubiKey, TokensError> {
        for number in 0..1_000_000 {
            let serial = virtual_yubikey::serial(number).ok_or(TokensError::Full)?;
            if !self.path(serial).exists() {
                let token = VirtualYubiKey::new(serial, rng)?;
                self.keep(&token)?;
                return Ok(token);
            }
        }
        Err(TokensError::Full)
    }

    /// Takes a token out of the drawer.
    ///
    /// # Errors
    ///
    /// There is no such token, or its file is damaged.
    pub fn take(
        &self,
        serial: Serial,
        rng: &mut dyn CryptoRng,
    ) -> Result<VirtualYubiKey, TokensError> {
        let path = self.path(serial);
        let bytes = fs::read(&path).map_err(|error| TokensError::File { path, error })?;
        Ok(VirtualYubiKey::from_bytes(&bytes, rng)?)
    }

    /// Puts a token back: its counters changed with every use.
    ///
    /// # Errors
    ///
    /// The folder cannot be written.
    pub fn keep(&self, token: &VirtualYubiKey) -> Result<(), TokensError> {
        let path = self.path(token.serial());
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |error| TokensError::File { path, error }
        };
        let new = path.with_extension("new");
        fs::create_dir_all(&self.dir).map_err(failed(&self.dir))?;
        fs::write(&new, token.to_bytes()).map_err(failed(&new))?;
        fs::rename(&new, &path).map_err(failed(&path))
    }

    fn path(&self, serial: Serial) -> PathBuf {
        self.dir.join(format!("{serial}.token"))
    }
}
