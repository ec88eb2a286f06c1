//! The root: the one statement that everything else in an archive follows from.

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use minicbor::{Decode, Encode};
use secret::Secret;
use terms::{ArchiveId, Canonical, Digest};

use crate::layout::{INDEX_PAGES_MAX, VERSION};
use crate::record::FrameRecord;

/// What is signed: a label, then the root without its signature.
const LABEL: &[u8] = b"strongroom/archive-root/1\0";

/// One page of the index and the segments its records begin with.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct PageRef {
    #[n(0)]
    pub(crate) record: FrameRecord,
    /// Number of the first segment recorded in this page or after it.
    #[n(1)]
    pub(crate) first_segment: u64,
}

/// Who signed, and the signature.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
struct Signed {
    #[cbor(n(0), with = "minicbor::bytes")]
    station: [u8; 32],
    #[cbor(n(1), with = "minicbor::bytes")]
    signature: [u8; 64],
}

/// The root of an archive (archive-1 A12).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Root {
    #[n(0)]
    version: u8,
    /// The archive it is the root of.
    #[n(1)]
    pub archive: ArchiveId,
    /// Merkle root over the records of all frames but index pages, roots and capsules.
    #[n(2)]
    pub merkle_root: Digest,
    /// Number of those frames.
    #[n(3)]
    pub frames: u64,
    /// Number of segments.
    #[n(4)]
    pub segments: u64,
    /// Bytes of content: the segments' text put together.
    #[n(5)]
    pub content_bytes: u64,
    /// Number of entries in the manifest.
    #[n(6)]
    pub entries: u64,
    /// Number of volumes.
    #[n(7)]
    pub volumes: u32,
    #[n(8)]
    pub(crate) pages: Vec<PageRef>,
    #[n(9)]
    signed: Option<Signed>,
}

impl Canonical for Root {
    const NAME: &'static str = "a root";
}

/// Totals that the writer counted.
pub(crate) struct Totals {
    pub(crate) archive: ArchiveId,
    pub(crate) merkle_root: Digest,
    pub(crate) frames: u64,
    pub(crate) segments: u64,
    pub(crate) content_bytes: u64,
    pub(crate) entries: u64,
    pub(crate) volumes: u32,
    pub(crate) pages: Vec<PageRef>,
}

/// What the signature under a root says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signature {
    /// Nobody signed: anyone with the recipient could have made this archive.
    Absent,
    /// The station with this public key signed.
    By([u8; 32]),
    /// There is a signature, and it is not right.
    Invalid,
}

/// The key of a sealing station (Ed25519, RFC 8032). It protects no secret; it says who sealed.
pub struct StationKey(SigningKey);

impl StationKey {
    /// Takes the station's 32-byte private key.
    pub fn from_secret(secret: &Secret<32>) -> Self {
        Self(SigningKey::from_bytes(secret.expose()))
    }

    /// The public key that reports name the station by.
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }
}

impl std::fmt::Debug for StationKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StationKey(redacted)")
    }
}

impl Root {
    pub(crate) fn new(totals: Totals, station: Option<&StationKey>) -> Self {
        let mut root = Self {
            version: VERSION,
            archive: totals.archive,
            merkle_root: totals.merkle_root,
            frames: totals.frames,
            segments: totals.segments,
            content_bytes: totals.content_bytes,
            entries: totals.entries,
            volumes: totals.volumes,
            pages: totals.pages,
            signed: None,
        };
        root.signed = station.map(|station| {
            let signature = station.0.sign(&root.statement()).to_bytes();
            Signed { station: station.public(), signature }
        });
        root
    }

    /// The index root: BLAKE3 of the statement, which names the archive's content and layout.
    pub fn digest(&self) -> Digest {
        Digest::from_bytes(blake3::hash(&self.statement()).into())
    }

    /// Who signed, if anybody did (archive-1 A13).
    pub fn signature(&self) -> Signature {
        let Some(signed) = &self.signed else { return Signature::Absent };
        let signature = ed25519_dalek::Signature::from_bytes(&signed.signature);
        let verified = VerifyingKey::from_bytes(&signed.station)
            .and_then(|key| key.verify_strict(&self.statement(), &signature));
        if verified.is_ok() { Signature::By(signed.station) } else { Signature::Invalid }
    }

    pub(crate) fn fault(&self) -> Option<&'static str> {
        if self.version != VERSION {
            return Some("the root has another version than its volume");
        }
        if self.volumes == 0 || self.pages.len() > INDEX_PAGES_MAX {
            return Some("the root has no volume or too many pages");
        }
        if !self.pages.is_sorted_by_key(|page| page.first_segment) {
            return Some("the pages of the index are not in order");
        }
        self.pages.iter().find_map(|page| page.record.fault())
    }

    fn statement(&self) -> Vec<u8> {
        let unsigned = Self { signed: None, ..self.clone() };
        [LABEL, &terms::encode(&unsigned)].concat()
    }
}
