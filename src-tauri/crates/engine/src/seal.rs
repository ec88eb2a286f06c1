//! Sealing: a tree or a stream becomes an archive, with a recipient and no secret.
//!
//! One thread reads, as many as there are cores compress and encrypt, one writes in order. Buffers
//! come from a fixed pool, so the memory bound is `2 × (cores + 2) + 2` segments plus one page of
//! manifest and index, and with parity two windows of it, whatever is sealed.

mod looking;
mod pipeline;
mod source;

use std::io::Read;
use std::path::{Path, PathBuf};

use archive::{ArchiveError, EntryPath, Parity, SEGMENT_BYTES_DEFAULT, Settings, StationKey};
use keys::Recipient;
use rand_core::CryptoRng;
use serde::Serialize;
use terms::{ArchiveId, Digest, Environment, KeyName, Timestamp, VaultId};

use crate::EngineError;
use crate::files::{CAPSULE_END, FileVolumes};
use crate::kit::Kit;
use crate::observer::Observer;
use crate::stages::Spent;

/// What is sealed.
pub enum Source<'a> {
    /// Files and folders, each under its own name.
    Paths(&'a [PathBuf]),
    /// A stream under a name.
    Stream {
        /// Its path in the archive.
        name: EntryPath,
        /// Where it comes from.
        reader: &'a mut dyn Read,
        /// The time to note for it.
        now: Timestamp,
    },
}

/// What the person who seals decides.
pub struct SealOptions<'a> {
    /// The folder to put the volumes in.
    pub to: &'a Path,
    /// What people call the archive; also part of its files' names.
    pub label: String,
    /// The environment, if it is known.
    pub environment: Option<Environment>,
    /// The master key's name, if it is known.
    pub key: Option<KeyName>,
    /// The vault, if there is one.
    pub vault: Option<VaultId>,
    /// The newest checkpoint of the vault's log.
    pub checkpoint: Option<String>,
    /// Largest volume in bytes.
    pub volume_bytes: Option<u64>,
    /// Parity over ciphertext, if any.
    pub parity: Option<Parity>,
    /// Leave out what cannot be read, with a warning, instead of stopping.
    pub skip_unreadable: bool,
    /// The station's key, if it signs.
    pub station: Option<&'a StationKey>,
    /// Whether a sidecar is written beside the volumes.
    pub sidecar: SidecarRule,
    /// Write the kit for reading the archive without this program beside the volumes.
    pub kit: bool,
    /// The empty file that becomes the archive's catalogue, if one is kept.
    pub catalogue: Option<&'a Path>,
    /// The time.
    pub now: Timestamp,
}

/// When a sidecar is written: a second copy of all that finds and opens the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SidecarRule {
    /// If there is more than one volume: without it and the last volume, nothing can be named.
    #[default]
    IfSeveral,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl SidecarRule {
    /// Whether so many volumes get one.
    fn asks_for_one(self, volumes: usize) -> bool {
        match self {
            Self::IfSeveral => volumes > 1,
            Self::Always => true,
            Self::Never => false,
        }
    }
}

/// What is told if another seal took the kit away.
const KIT_GONE: &str = "the kit was that of another seal, which failed and took it away; the \
                        archive is whole, and the next seal --kit into this folder writes it";

/// What sealing did.
#[derive(Debug, Serialize)]
pub struct SealReport {
    /// The archive's id.
    pub archive: String,
    /// Volume files, in order.
    pub volumes: Vec<PathBuf>,
    /// The detached capsule.
    pub capsule: PathBuf,
    /// The sidecar, if one was written.
    pub sidecar: Option<PathBuf>,
    /// The folder of the escrow kit, if one was asked for.
    pub kit: Option<PathBuf>,
    /// Bytes of content that were read.
    pub bytes_in: u64,
    /// Bytes of all volumes.
    pub bytes_out: u64,
    /// Number of entries.
    pub entries: u64,
    /// Number of segments.
    pub segments: u64,
    /// The index root, in hexadecimal digits.
    pub index_root: String,
    /// What was left out, or changed while it was read.
    pub warnings: Vec<String>,
    /// Where the time went, if whoever watched had a clock.
    pub spent: Option<Spent>,
    /// The archive's id, for the registry.
    #[serde(skip)]
    pub id: ArchiveId,
    /// The index root, for the registry.
    #[serde(skip)]
    pub root: Digest,
    /// The capsule's bytes, for the registry.
    #[serde(skip)]
    pub capsule_bytes: Vec<u8>,
}

/// Seals `source` to `recipient`; the archive exists whole under its final names, or not at all.
///
/// # Errors
///
/// Something cannot be read or written, or the person asked to stop; only `*.partial` files can be
/// left by then, and they are removed.
pub fn seal(
    source: Source<'_>,
    recipient: &Recipient,
    options: &SealOptions<'_>,
    rng: &mut dyn CryptoRng,
    observer: &dyn Observer,
) -> Result<SealReport, EngineError> {
    let mut id = [0; 16];
    rng.fill_bytes(&mut id);
    let id = ArchiveId::from_bytes(id);
    let settings = Settings {
        archive: id,
        vault: options.vault,
        environment: options.environment,
        key: options.key,
        label: options.label.clone(),
        created: options.now,
        segment_bytes: SEGMENT_BYTES_DEFAULT,
        volume_bytes: options.volume_bytes,
        checkpoint: options.checkpoint.clone(),
        parity: options.parity,
    };
    let source = source::Opened::new(source, options.skip_unreadable)?;
    let catalogue = options.catalogue.map(catalogue::Writer::new).transpose()?;
    let stem = stem(&options.label, id);
    let mut volumes = FileVolumes::new(options.to, stem.clone())?;
    // Written first: a folder without room for it fails before hours of sealing.
    let mut kit = options.kit.then(|| Kit::stage(volumes.dir(), &stem)).transpose()?;
    let source = (source, catalogue);
    let (sealed, fed, spent) =
        pipeline::run(source, &mut volumes, recipient, settings, options.station, rng, observer)
            .map_err(|error| match error {
                EngineError::Archive(ArchiveError::Io(error)) => {
                    EngineError::file("writing to", options.to)(error)
                }
                error => error,
            })?;
    fed.catalogue.map_or(Ok(()), |catalogue| catalogue.finish(id))?;
    let capsule_bytes = sealed.capsule.encode();
    // Of the volumes alone, before anything else waits for its name.
    let sidecar = options
        .sidecar
        .asks_for_one(volumes.number())
        .then(|| volumes.add_sidecar())
        .transpose()?;
    let capsule = volumes.add(CAPSULE_END, &capsule_bytes)?;
    // Before the volumes, the last of which is the last to appear.
    kit.as_mut().map_or(Ok(()), Kit::publish)?;
    let volumes = volumes.publish()?;
    let kit = kit.and_then(Kit::keep);
    let gone = (options.kit && kit.is_none()).then(|| KIT_GONE.to_owned());
    Ok(SealReport {
        archive: id.to_string(),
        volumes,
        capsule,
        sidecar,
        kit,
        bytes_in: sealed.content_bytes,
        bytes_out: sealed.sealed_bytes,
        entries: sealed.entries,
        segments: sealed.segments,
        index_root: sealed.index_root.to_string(),
        warnings: fed.warnings.into_iter().chain(gone).collect(),
        spent,
        id,
        root: sealed.index_root,
        capsule_bytes,
    })
}

/// A file name from what people call the archive, made unique by the archive's id.
fn stem(label: &str, id: ArchiveId) -> String {
    let tidy: String = label
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' })
        .take(60)
        .collect();
    let tidy = tidy.trim_matches(['-', '.']);
    let name = if tidy.is_empty() { "archive" } else { tidy };
    format!("{name}-{}", &id.to_string()[..8])
}
