//! Numbers of the format, in one place (archive-1 A5).

/// Version of the archive format.
pub(crate) const VERSION: u8 = 1;
/// Bytes of a superblock and of a trailer.
pub(crate) const BLOCK_BYTES: usize = 4096;
/// Smallest and largest content of one segment.
pub(crate) const SEGMENT_BYTES: std::ops::RangeInclusive<u32> = (64 << 10)..=(16 << 20);
/// Data keys in one key page.
pub(crate) const KEYS_PER_PAGE: u64 = 4_096;
/// Records in one index page.
pub(crate) const RECORDS_PER_PAGE: usize = 2_048;
/// A manifest page is closed when its entries reach this many bytes.
pub(crate) const MANIFEST_PAGE_BYTES: usize = 256 << 10;
/// Largest encoding of one entry: path, link target, extended attributes, holes.
pub(crate) const ENTRY_BYTES_MAX: usize = 8 << 20;
/// Largest body of any frame that a reader takes into memory.
pub(crate) const BODY_BYTES_MAX: u64 = 64 << 20;
/// Most index pages that a root lists: 2^16 pages of 2048 records hold 128 TiB of 1 MiB segments.
pub(crate) const INDEX_PAGES_MAX: usize = 1 << 16;
/// Longest body of an index page: no record takes more than 128 bytes.
pub(crate) const INDEX_PAGE_BYTES_MAX: u64 = 128 * RECORDS_PER_PAGE as u64 + 8;
/// Most copies of one index page.
pub(crate) const COPIES_MAX: usize = 8;
/// Pages of this many bytes together wait for their second copy.
pub(crate) const COPIES_WAITING_BYTES: usize = 4 << 20;
/// Most volumes of a set.
pub(crate) const VOLUMES_MAX: u32 = 1 << 16;
/// Smallest volume of a set of several.
pub(crate) const VOLUME_BYTES_MIN: u64 = 512 << 10;
/// Longest label.
pub(crate) const LABEL_BYTES_MAX: usize = 200;
/// Longest checkpoint of an audit log that a superblock carries.
pub(crate) const CHECKPOINT_BYTES_MAX: usize = 1024;
