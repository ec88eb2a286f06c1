//! Where the tokens of a ceremony are: in readers, or in the drawer of a drill vault, which keeps
//! virtual ones in its folder between runs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rand_core::CryptoRng;
use terms::Problem;
use token::virtual_yubikey::{self, VirtualError, VirtualYubiKey};
use token::{Serial, Token, TokenError};

/// Where tokens are.
pub trait Tokens {
    /// The serial number of a token that nobody has used yet; `is_known` tells of those that
    /// belong to somebody in this vault.
    ///
    /// # Errors
    ///
    /// There is none, or more than one, so that it is not certain which is meant.
    fn new_token(
        &mut self,
        is_known: &dyn Fn(Serial) -> bool,
        rng: &mut dyn CryptoRng,
    ) -> Result<Serial, TokensError>;

    /// The serial number of a token that nobody has, whose preparation was interrupted: in a reader
    /// it is the one that was put in again.
    ///
    /// # Errors
    ///
    /// As [`new_token`](Self::new_token).
    fn begun_token(
        &mut self,
        is_known: &dyn Fn(Serial) -> bool,
        rng: &mut dyn CryptoRng,
    ) -> Result<Serial, TokensError> {
        self.new_token(is_known, rng)
    }

    /// The serial number of the PKCS#11 token that its administrator gave this label.
    ///
    /// # Errors
    ///
    /// No module was named, or not exactly one token behind it has the label.
    fn labelled(&mut self, _label: &str) -> Result<Serial, TokensError> {
        Err(TokensError::NoModule)
    }

    /// The token with this serial number.
    ///
    /// # Errors
    ///
    /// It cannot be reached.
    fn take(
        &mut self,
        serial: Serial,
        rng: &mut dyn CryptoRng,
    ) -> Result<Box<dyn Token>, TokensError>;

    /// The token that was taken last is no longer needed.
    ///
    /// # Errors
    ///
    /// What it counted cannot be kept.
    fn put_back(&mut self) -> Result<(), TokensError>;
}

/// Why a token cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TokensError {
    /// Virtual tokens are for drill vaults only.
    #[error("this is no drill vault: virtual tokens do not exist here")]
    NoDrill,
    /// The program that conducts the ceremony reaches no readers.
    #[error("tokens in readers cannot be used from here")]
    NoReaders,
    /// Every token in the readers belongs to somebody, or there is none.
    #[error("no new token is in a reader")]
    NoNew,
    /// It is not certain which of them is meant.
    #[error("{} new tokens are in readers", serials.len())]
    SeveralNew {
        /// Their serial numbers.
        serials: Vec<Serial>,
    },
    /// A PKCS#11 token is needed, and nobody said behind which module it is.
    #[error("no PKCS#11 module was named")]
    NoModule,
    /// Not exactly one PKCS#11 token has the label.
    #[error("{found} tokens behind the module have the label \u{201c}{label}\u{201d}")]
    Label {
        /// The label.
        label: String,
        /// How many have it.
        found: usize,
    },
    /// A real token in a drill, or a virtual one where shares are to be protected.
    #[error("token {serial} is {}, which this vault does not take", kind(*is_virtual))]
    WrongKind {
        /// The token.
        serial: Serial,
        /// Whether it is a virtual one.
        is_virtual: bool,
    },
    /// The token or the service for readers does not answer.
    #[error(transparent)]
    Token(#[from] TokenError),
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
            Self::NoReaders => "SR-TOKENS-NO-READERS",
            Self::NoNew => "SR-TOKENS-NO-NEW",
            Self::SeveralNew { .. } => "SR-TOKENS-SEVERAL-NEW",
            Self::NoModule => "SR-TOKENS-NO-MODULE",
            Self::Label { .. } => "SR-TOKENS-LABEL",
            Self::WrongKind { .. } => "SR-TOKENS-WRONG-KIND",
            Self::Token(error) => error.code(),
            Self::File { .. } => "SR-TOKENS-FILE",
            Self::State(error) => error.code(),
            Self::Full => "SR-TOKENS-FULL",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::NoDrill => "Use hardware tokens or sheets, or a vault of the drill environment.",
            Self::NoReaders => "Conduct the ceremony on the command line, or use sheets.",
            Self::NoNew => "Insert a token that nobody has used, then try again.",
            Self::SeveralNew { .. } => "Leave only the token of this person inserted.",
            Self::NoModule => "Name the maker's module by its path: --pkcs11 FILE.",
            Self::Label { .. } => "Compare the label in the roster with token list.",
            Self::WrongKind { is_virtual: true, .. } => "Insert a real token.",
            Self::WrongKind { is_virtual: false, .. } => "Take it out; drills use virtual tokens.",
            Self::Token(error) => return error.remedy(),
            Self::File { .. } => "Check the folder tokens/ of the drill vault.",
            Self::State(error) => return error.remedy(),
            Self::Full => "Begin a new drill vault.",
        }
        .to_owned()
    }
}

fn kind(is_virtual: bool) -> &'static str {
    if is_virtual { "a virtual one" } else { "a real one" }
}

/// Which of a person's tokens is here now; one whose PIN is not blocked goes first.
///
/// # Errors
///
/// None of them can be reached: what is wrong with the first.
pub fn at_hand(
    tokens: &mut dyn Tokens,
    own: &[Serial],
    rng: &mut dyn CryptoRng,
) -> Result<Serial, TokensError> {
    if let [only] = own {
        // Whoever uses it learns what is wrong with it.
        return Ok(*only);
    }
    let (mut blocked, mut problem) = (None, None);
    for serial in own {
        let state = tokens.take(*serial, rng).and_then(|mut token| Ok(token.pin_state()?));
        tokens.put_back()?;
        match state {
            Ok(state) if state.tries_left > 0 => return Ok(*serial),
            Ok(_) => blocked = blocked.or(Some(*serial)),
            Err(error) => problem = problem.or(Some(error)),
        }
    }
    blocked.ok_or_else(|| problem.unwrap_or(TokensError::NoNew))
}

/// The folder of virtual tokens.
pub struct DrillTokens {
    dir: PathBuf,
    /// The token that was taken last.
    taken: Option<VirtualYubiKey>,
}

impl DrillTokens {
    /// Uses the tokens folder of a drill vault.
    ///
    /// # Errors
    ///
    /// The vault is none of the drill environment.
    pub fn of(vault: &crate::vault::Vault) -> Result<Self, TokensError> {
        let dir = vault.tokens_folder().ok_or(TokensError::NoDrill)?;
        Ok(Self { dir, taken: None })
    }

    /// Makes a factory-new token with the next free serial number.
    fn make(&self, rng: &mut dyn CryptoRng) -> Result<VirtualYubiKey, TokensError> {
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

    /// Reads a token.
    fn load(&self, serial: Serial, rng: &mut dyn CryptoRng) -> Result<VirtualYubiKey, TokensError> {
        let path = self.path(serial);
        let bytes = fs::read(&path).map_err(|error| TokensError::File { path, error })?;
        Ok(VirtualYubiKey::from_bytes(&bytes, rng)?)
    }

    /// Writes a token down: its counters change with every use.
    fn keep(&self, token: &VirtualYubiKey) -> Result<(), TokensError> {
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

impl Tokens for DrillTokens {
    fn new_token(
        &mut self,
        _is_known: &dyn Fn(Serial) -> bool,
        rng: &mut dyn CryptoRng,
    ) -> Result<Serial, TokensError> {
        Ok(self.make(rng)?.serial())
    }

    /// The first in the drawer that nobody has, or a new one if there is none.
    fn begun_token(
        &mut self,
        is_known: &dyn Fn(Serial) -> bool,
        rng: &mut dyn CryptoRng,
    ) -> Result<Serial, TokensError> {
        let all = (0..).map_while(virtual_yubikey::serial);
        let mut here = all.take_while(|serial| self.path(*serial).exists());
        match here.find(|serial| !is_known(*serial)) {
            Some(begun) => Ok(begun),
            None => self.new_token(is_known, rng),
        }
    }

    fn take(
        &mut self,
        serial: Serial,
        rng: &mut dyn CryptoRng,
    ) -> Result<Box<dyn Token>, TokensError> {
        if serial.is_of_pkcs11() {
            return Err(TokensError::NoModule);
        }
        let card = self.load(serial, rng)?;
        let token = card.connect()?;
        self.taken = Some(card);
        Ok(Box::new(token))
    }

    fn put_back(&mut self) -> Result<(), TokensError> {
        self.taken.take().map_or(Ok(()), |card| self.keep(&card))
    }
}
