//! Superblock and trailer: the first and the last 4096 bytes of every volume.

use minicbor::{Decode, Encode};
use terms::{ArchiveId, Canonical, Digest, Environment, KeyName, Timestamp, VaultId};

use crate::ArchiveError;
use crate::frame::FrameKind;
use crate::layout::{
    BLOCK_BYTES, CHECKPOINT_BYTES_MAX, LABEL_BYTES_MAX, SEGMENT_BYTES, VERSION, VOLUME_BYTES_MIN,
};
use crate::parity::Parity;
use crate::record::FrameRecord;

const MAGIC: &[u8; 8] = b"STRONGRM";
const DIGEST_BYTES: usize = 32;
/// Magic, length of the record, digest over everything before it.
const RECORD_BYTES_MAX: usize = BLOCK_BYTES - 8 - 4 - DIGEST_BYTES;

/// What the sealer decides about an archive.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Settings {
    /// The archive's name for its whole life.
    #[n(0)]
    pub archive: ArchiveId,
    /// The vault it was sealed for, where the sealer knew one.
    #[n(1)]
    pub vault: Option<VaultId>,
    /// The environment, where it was stated; bound into every derivation.
    #[n(2)]
    pub environment: Option<Environment>,
    /// The master key's name, where the sealer knew it.
    #[n(3)]
    pub key: Option<KeyName>,
    /// What people call the archive; readable without a key.
    #[n(4)]
    pub label: String,
    /// When sealing began.
    #[n(5)]
    pub created: Timestamp,
    /// Content bytes in every segment but the last: a power of two from 64 KiB to 16 MiB.
    #[n(6)]
    pub segment_bytes: u32,
    /// Largest volume in bytes; none for a single one of any size.
    #[n(7)]
    pub volume_bytes: Option<u64>,
    /// The newest checkpoint of the vault's audit log, which the medium thereby anchors.
    #[n(8)]
    pub checkpoint: Option<String>,
    /// Parity over ciphertext, if there is any.
    #[n(9)]
    pub parity: Option<Parity>,
}

impl Canonical for Settings {
    const NAME: &'static str = "the settings of an archive";
}

impl Settings {
    /// BLAKE3 of the settings, which the root repeats: no superblock can say anything else.
    pub(crate) fn digest(&self) -> Digest {
        Digest::from_bytes(blake3::hash(&terms::encode(self)).into())
    }

    pub(crate) fn fault(&self) -> Option<&'static str> {
        if !SEGMENT_BYTES.contains(&self.segment_bytes) || !self.segment_bytes.is_power_of_two() {
            return Some("the segment size is no power of two from 64 KiB to 16 MiB");
        }
        if self.label.len() > LABEL_BYTES_MAX || self.label.chars().any(char::is_control) {
            return Some("the label is longer than 200 bytes or has control characters");
        }
        if self.checkpoint.as_ref().is_some_and(|text| text.len() > CHECKPOINT_BYTES_MAX) {
            return Some("the checkpoint is longer than 1024 bytes");
        }
        let least = VOLUME_BYTES_MIN.max(4 * u64::from(self.segment_bytes));
        if self.volume_bytes.is_some_and(|bytes| bytes < least) {
            return Some("a volume must hold four segments, and 512 KiB at least");
        }
        self.parity.and_then(|parity| parity.fault())
    }
}

/// Where the root lies, in the trailer of the last volume.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct End {
    /// Number of volumes.
    #[n(0)]
    pub(crate) volumes: u32,
    /// Both copies of the root.
    #[n(1)]
    pub(crate) roots: [FrameRecord; 2],
}

/// What stands at the start of every volume, and at its end once that is written
/// (archive-1 A3, A4).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Superblock {
    #[n(0)]
    pub(crate) version: u8,
    /// Number of this volume, from 1.
    #[n(1)]
    pub volume: u32,
    /// What the sealer decided; the same in every volume.
    #[n(2)]
    pub settings: Settings,
    /// Only in trailers: number of bytes of this volume.
    #[n(3)]
    pub(crate) volume_bytes: Option<u64>,
    /// Only in the trailer of the last volume: without it the archive was not sealed.
    #[n(4)]
    pub(crate) end: Option<End>,
}

impl Canonical for Superblock {
    const NAME: &'static str = "a superblock";
}

impl Superblock {
    pub(crate) fn new(settings: Settings, volume: u32) -> Self {
        Self { version: VERSION, volume, settings, volume_bytes: None, end: None }
    }

    /// The block: magic, length, record, zeros, BLAKE3 of all of that (archive-1 A3).
    pub(crate) fn encode(&self) -> [u8; BLOCK_BYTES] {
        let record = terms::encode(self);
        let mut block = [0; BLOCK_BYTES];
        block[..8].copy_from_slice(MAGIC);
        // Label and checkpoint are bounded, so the record fits with room to spare.
        let len = u32::try_from(record.len()).unwrap_or(u32::MAX);
        block[8..12].copy_from_slice(&len.to_be_bytes());
        block[12..12 + record.len()].copy_from_slice(&record);
        let digest = blake3::hash(&block[..BLOCK_BYTES - DIGEST_BYTES]);
        block[BLOCK_BYTES - DIGEST_BYTES..].copy_from_slice(digest.as_bytes());
        block
    }

    pub(crate) fn decode(block: &[u8; BLOCK_BYTES]) -> Result<Self, ArchiveError> {
        let (content, digest) = block.split_at(BLOCK_BYTES - DIGEST_BYTES);
        if !content.starts_with(MAGIC) || blake3::hash(content).as_bytes() != digest {
            return Err(ArchiveError::NotAnArchive);
        }
        let len = u32::from_be_bytes([block[8], block[9], block[10], block[11]]) as usize;
        if len > RECORD_BYTES_MAX {
            return Err(ArchiveError::Field { what: "a superblock is longer than its block" });
        }
        let (record, padding) = content[12..].split_at(len);
        if padding.iter().any(|byte| *byte != 0) {
            return Err(ArchiveError::Field { what: "a superblock is padded with something" });
        }
        let superblock: Self = terms::decode(record)?;
        if superblock.version != VERSION {
            return Err(ArchiveError::UnknownVersion { version: superblock.version });
        }
        let fault = superblock.settings.fault();
        let fault = fault.or((superblock.volume == 0).then_some("volumes count from 1"));
        match fault.or_else(|| superblock.end.as_ref().and_then(End::fault)) {
            None => Ok(superblock),
            Some(what) => Err(ArchiveError::Field { what }),
        }
    }
}

impl End {
    fn fault(&self) -> Option<&'static str> {
        let [first, second] = &self.roots;
        let alike = first.digest == second.digest && first.length == second.length;
        let places = self.roots.iter().zip(0..).all(|(root, number)| {
            root.kind == FrameKind::Root && root.number == number && root.volume == self.volumes
        });
        let fault = self.roots.iter().find_map(FrameRecord::fault);
        fault
            .or((!alike || !places).then_some("a trailer names something else as copies of a root"))
    }
}
