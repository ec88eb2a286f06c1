//! Archive format 1: what is sealed once must be readable for decades.
//!
//! An archive is one or more volumes. A volume is a superblock, frames, and a trailer. Frames hold
//! the content cut into segments, the encrypted manifest and the wrapped data keys in pages, the
//! keyless index in pages, and at the end the root over all of it. Everything is written strictly
//! forward in bounded memory; media can be verified without a key; a segment opens on its own with
//! its own key. The format is `docs/spec/archive-1.md`, whose clauses the checks name.
//!
//! Records are deterministic CBOR and refused in any other form (archive-1 A1). The crate is pure:
//! it takes readers, writers and randomness, and knows no files and no clock.

mod aead;
mod chunked;
mod contents;
mod entry;
mod error;
mod frame;
#[doc(hidden)]
pub mod fuzzing;
mod layout;
mod merkle;
mod order;
mod page;
mod parity;
mod path;
mod places;
mod record;
mod repair;
mod root;
mod segment;
mod set;
mod superblock;
mod volume;
mod writer;

#[cfg(test)]
mod tests;

pub use chunked::CHUNK_BYTES;
pub use contents::Contents;
pub use entry::{Entry, EntryKind, Hole, Xattr};
pub use error::ArchiveError;
pub use frame::{Compression, FrameKind};
pub use parity::Parity;
pub use path::EntryPath;
pub use record::FrameRecord;
pub use repair::{Patch, Repairs, Workpiece};
pub use root::{Root, Signature, StationKey};
pub use segment::{Opener, Salvaged, SealedSegment, Sealer, SegmentContext};
pub use set::{Belonging, FoundFrames, RebuiltIndex, Recognised, Set, SidecarState, belonging};
pub use superblock::{Settings, Superblock};
pub use volume::{ReadAt, Volumes};
pub use writer::{Sealed, SetWriter};

/// Content bytes in one segment unless the sealer chooses otherwise: 1 MiB.
pub const SEGMENT_BYTES_DEFAULT: u32 = 1 << 20;
