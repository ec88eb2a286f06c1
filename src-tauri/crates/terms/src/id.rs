//! Random 16-byte identifiers, one type per thing they name.

use crate::hex::hex_bytes;

hex_bytes! {
    /// Names a vault for its whole life.
    VaultId, 16, "32 hexadecimal digits"
}
hex_bytes! {
    /// Names an archive; bound into every derivation of its keys.
    ArchiveId, 16, "32 hexadecimal digits"
}
hex_bytes! {
    /// Names one act of splitting.
    SplitId, 16, "32 hexadecimal digits"
}
hex_bytes! {
    /// Names one run of a ceremony.
    CeremonyId, 16, "32 hexadecimal digits"
}
hex_bytes! {
    /// Names one request to restore.
    RequestId, 16, "32 hexadecimal digits"
}
