//! The root: the one statement that everything else in an archive follows from.

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use minicbor::{Decode, Encode};
use secret::Secret;
use subtle::ConstantTimeEq;
use terms::{ArchiveId, Canonical, Digest};

use crate::frame::FrameKind;
use crate::layout::{COPIES_MAX, INDEX_PAGES_MAX, VERSION, VOLUMES_MAX};
use crate::page::Unlocked;
use crate::record::FrameRecord;

/// What the MAC and the signature cover: a label, then the root without both.
const LABEL: &[u8] = b"strongroom/archive-root/1\0";

/// One page of the index: where it lies, and the segment its records begin with.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct PageRef {
    /// Number of the first segment recorded in this page or after it.
    #[n(0)]
    pub(crate) first_segment: u64,
    /// Where the page lies; every copy is as good as the first.
    #[n(1)]
    pub(crate) copies: Vec<FrameRecord>,
}

impl PageRef {
    fn fault(&self, number: u64) -> Option<&'static str> {
        if self.copies.is_empty() || self.copies.len() > COPIES_MAX {
            return Some("an index page has no copy or too many");
        }
        let other = |record: &FrameRecord| {
            let same = record.digest == self.copies[0].digest;
            record.kind != FrameKind::Index || record.number != number || !same
        };
        if self.copies.iter().any(other) {
            return Some("the root lists something else as an index page");
        }
        self.copies.iter().find_map(FrameRecord::fault)
    }
}

/// Who signed, and the signature.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Signed {
    #[cbor(n(0), with = "minicbor::bytes")]
    pub(crate) station: [u8; 32],
    #[cbor(n(1), with = "minicbor::bytes")]
    pub(crate) signature: [u8; 64],
}

/// The root of an archive (archive-1 A12).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Root {
    #[n(0)]
    pub(crate) version: u8,
    /// The archive it is the root of.
    #[n(1)]
    pub archive: ArchiveId,
    /// BLAKE3 of the settings that every superblock repeats.
    #[n(2)]
    pub settings: Digest,
    /// Merkle root over the records of all frames but index pages, roots and capsules.
    #[n(3)]
    pub merkle_root: Digest,
    /// Number of those frames.
    #[n(4)]
    pub frames: u64,
    /// Number of segments.
    #[n(5)]
    pub segments: u64,
    /// Bytes of content: the segments' text put together.
    #[n(6)]
    pub content_bytes: u64,
    /// Number of entries in the manifest.
    #[n(7)]
    pub entries: u64,
    /// Number of pages of the manifest.
    #[n(8)]
    pub manifest_pages: u64,
    /// Number of volumes.
    #[n(9)]
    pub volumes: u32,
    #[n(10)]
    pub(crate) pages: Vec<PageRef>,
    /// HMAC-SHA256 of the statement under a key of the archive: whoever opens it knows that nobody
    /// without the key has taken anything away.
    #[n(11)]
    pub(crate) mac: Option<Digest>,
    #[n(12)]
    pub(crate) signed: Option<Signed>,
}

impl Canonical for Root {
    const NAME: &'static str = "a root";
}

/// Totals that the writer counted.
pub(crate) struct Totals {
    pub(crate) archive: ArchiveId,
    pub(crate) settings: Digest,
    pub(crate) merkle_root: Digest,
    pub(crate) frames: u64,
    pub(crate) segments: u64,
    pub(crate) content_bytes: u64,
    pub(crate) entries: u64,
    pub(crate) manifest_pages: u64,
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
    pub(crate) fn new(totals: Totals, keys: &Unlocked, station: Option<&StationKey>) -> Self {
        let mut root = Self {
            version: VERSION,
            archive: totals.archive,
            settings: totals.settings,
            merkle_root: totals.merkle_root,
            frames: totals.frames,
            segments: totals.segments,
            content_bytes: totals.content_bytes,
            entries: totals.entries,
            manifest_pages: totals.manifest_pages,
            volumes: totals.volumes,
            pages: totals.pages,
            mac: None,
            signed: None,
        };
        root.seal(keys, station);
        root
    }

    /// Puts the MAC, and the signature if there is a station, under what the root states now.
    pub(crate) fn seal(&mut self, keys: &Unlocked, station: Option<&StationKey>) {
        let statement = self.statement();
        self.mac = Some(keys.mac(&statement));
        self.signed = station.map(|station| {
            let signature = station.0.sign(&statement).to_bytes();
            Signed { station: station.public(), signature }
        });
    }

    /// Whether somebody with the archive's key stated this (archive-1 A13).
    pub(crate) fn is_authentic(&self, keys: &Unlocked) -> bool {
        let Some(mac) = &self.mac else { return false };
        keys.mac(&self.statement()).as_bytes().ct_eq(mac.as_bytes()).into()
    }

    /// The index root: BLAKE3 of the statement, which names the archive's content and layout.
    pub fn digest(&self) -> Digest {
        Digest::from_bytes(blake3::hash(&self.statement()).into())
    }

    /// Who signed, if anybody did (archive-1 A14).
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
        if self.mac.is_none() || self.volumes == 0 || self.pages.len() > INDEX_PAGES_MAX {
            return Some("the root has no seal, no volume, or too many pages");
        }
        if self.volumes > VOLUMES_MAX {
            return Some("the root counts more volumes than a set can have");
        }
        let is_empty = self.entries == 0;
        if is_empty != (self.manifest_pages == 0) || (is_empty && self.content_bytes > 0) {
            return Some("the root counts a manifest that cannot be");
        }
        let begins = self.pages.first().is_none_or(|page| page.first_segment == 0);
        if !begins || !self.pages.is_sorted_by_key(|page| page.first_segment) {
            return Some("the pages of the index are not in order");
        }
        let far = |copy: &FrameRecord| copy.volume > self.volumes;
        if self.pages.iter().flat_map(|page| &page.copies).any(far) {
            return Some("a page of the index lies in a volume that the root does not count");
        }
        self.pages.iter().zip(0..).find_map(|(page, number)| page.fault(number))
    }

    fn statement(&self) -> Vec<u8> {
        let bare = Self { mac: None, signed: None, ..self.clone() };
        [LABEL, &terms::encode(&bare)].concat()
    }
}
