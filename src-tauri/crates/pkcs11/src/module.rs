//! A PKCS#11 module: found where the user says, loaded, and asked for its tokens.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::slot::{Slot, TokenInfo};
use terms::Problem;
use terms::plain::escaped_line;
use token::{Firmware, Identity, Serial, TokenError};

use crate::failure::failed;
use crate::whose;

/// A loaded module; clones are the same one.
#[derive(Debug, Clone)]
pub struct Module {
    library: Pkcs11,
    path: Arc<Path>,
}

/// Why a module cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModuleError {
    /// The path does not name one file on this machine.
    #[error("{} is not the absolute path of a module", path.display())]
    Path {
        /// What was given.
        path: PathBuf,
    },
    /// Others than its owner can write the file, or a folder above it, and so decide what this
    /// program does.
    #[error("others than its owner can write {}, and so choose the module", path.display())]
    Writable {
        /// The file or the folder.
        path: PathBuf,
    },
    /// The file, or a folder above it, belongs to somebody else, who decides what this program
    /// does.
    #[error("whoever owns {} chooses the module, and that is neither root nor you", path.display())]
    Owner {
        /// The file or the folder.
        path: PathBuf,
    },
    /// The file is no PKCS#11 module, or one for another machine.
    #[error("{} cannot be loaded as a PKCS#11 module: {reason}", path.display())]
    Load {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The module was loaded and does not start, for want of its configuration perhaps.
    #[error("the module {} does not start: {reason}", path.display())]
    Start {
        /// The file.
        path: PathBuf,
        /// What it said.
        reason: String,
    },
}

impl Problem for ModuleError {
    fn code(&self) -> &'static str {
        match self {
            Self::Path { .. } => "SR-MODULE-PATH",
            Self::Writable { .. } => "SR-MODULE-WRITABLE",
            Self::Owner { .. } => "SR-MODULE-OWNER",
            Self::Load { .. } => "SR-MODULE-LOAD",
            Self::Start { .. } => "SR-MODULE-START",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Path { .. } => "Name the maker's module by its whole path, from / on.",
            Self::Writable { .. } | Self::Owner { .. } => {
                "Let root own the module and the folders above it, and nobody else write them."
            }
            Self::Load { .. } => "Compare the path with what the token's maker says.",
            Self::Start { .. } => "Set the module up as its maker says, then try again.",
        }
        .to_owned()
    }
}

/// A token that a module shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The label that its administrator gave it.
    pub label: String,
    /// Its own serial number, a text.
    pub serial: String,
    /// What it says it is.
    pub identity: Identity,
    /// It was initialised and has a user PIN.
    pub is_ready: bool,
    pub(crate) slot: Slot,
}

impl Module {
    /// Loads and starts the module at `path`.
    ///
    /// # Errors
    ///
    /// The path is not absolute, somebody else can put another file there, or what is there is no
    /// module that starts.
    pub fn load(path: &Path) -> Result<Self, ModuleError> {
        let named = || ModuleError::Path { path: path.to_owned() };
        let real = fs::canonicalize(path).map_err(|_| named())?;
        let file = fs::metadata(&real).map_err(|_| named())?;
        if !path.is_absolute() || !file.is_file() {
            return Err(named());
        }
        whose::check(&real, rustix::process::geteuid().as_raw())?;
        let library = Pkcs11::new(&real).map_err(|error| ModuleError::Load {
            path: path.to_owned(),
            reason: escaped_line(&error.to_string()),
        })?;
        let arguments = CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK);
        match library.initialize(arguments) {
            // Started before, in this very process.
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(error) => {
                let reason = escaped_line(&error.to_string());
                return Err(ModuleError::Start { path: path.to_owned(), reason });
            }
        }
        Ok(Self { library, path: path.into() })
    }

    /// The path that was given.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the module says it is; none if it does not say.
    pub fn name(&self) -> Option<String> {
        let info = self.library.get_library_info().ok()?;
        let (name, version) = (info.library_description(), info.library_version());
        let (major, minor) = (version.major(), version.minor());
        Some(escaped_line(&format!("{name} {major}.{minor} by {}", info.manufacturer_id())))
    }

    /// All initialised tokens, in the order of their slots.
    ///
    /// # Errors
    ///
    /// The module does not answer.
    pub fn tokens(&self) -> Result<Vec<Seen>, TokenError> {
        const DOING: &str = "list its tokens";
        let slots = self.library.get_slots_with_token().map_err(|e| failed(DOING, e))?;
        let mut seen = Vec::new();
        for slot in slots {
            match self.library.get_token_info(slot) {
                Ok(info) if info.token_initialized() => seen.push(described(slot, &info)),
                // Pulled out in between, empty, or of no use to anybody.
                Ok(_) | Err(Error::Pkcs11(RvError::TokenNotPresent, _)) => {}
                Err(Error::Pkcs11(RvError::TokenNotRecognized, _)) => {}
                Err(error) => return Err(failed(DOING, error)),
            }
        }
        Ok(seen)
    }

    /// The token with this number, which must be the only one.
    pub(crate) fn find(&self, serial: Serial) -> Result<Seen, TokenError> {
        let mut tokens = self.tokens()?;
        let is_it = |seen: &Seen| seen.identity.serial == serial;
        match tokens.iter().filter(|seen| is_it(seen)).count() {
            0 => Err(TokenError::Absent { serial }),
            1 => {
                let at = tokens.iter().position(is_it).unwrap_or_default();
                Ok(tokens.swap_remove(at))
            }
            // envelope-1 E15
            _ => Err(TokenError::Module {
                doing: "name one token",
                reason: "several say that they are this one".to_owned(),
            }),
        }
    }

    pub(crate) fn library(&self) -> &Pkcs11 {
        &self.library
    }
}

fn described(slot: Slot, info: &TokenInfo) -> Seen {
    let (maker, model) = (info.manufacturer_id(), info.model());
    let (label, serial) = (escaped_line(info.label()), escaped_line(info.serial_number()));
    let version = info.firmware_version();
    let firmware = Firmware(version.major(), version.minor(), 0);
    let identity = Identity {
        serial: Serial::of_pkcs11(maker, model, info.serial_number()),
        model: escaped_line(&format!(
            "{model} ({maker}), serial {serial}, \u{201c}{label}\u{201d}"
        )),
        firmware,
        is_virtual: false,
    };
    Seen { label, serial, identity, is_ready: info.user_pin_initialized(), slot }
}
