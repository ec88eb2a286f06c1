//! What can be known of an archive without a key.

use archive::Set;
use serde::Serialize;

use crate::verify;

/// What an archive says about itself.
#[derive(Debug, Serialize)]
pub struct InspectReport {
    /// The archive's id.
    pub archive: String,
    /// What people call it.
    pub label: String,
    /// Its environment, if it was stated.
    pub environment: Option<String>,
    /// The vault it was sealed for, if one was known.
    pub vault: Option<String>,
    /// When sealing began.
    pub created: String,
    /// Number of volumes of the whole set.
    pub volumes: u32,
    /// Volumes that are not here.
    pub missing_volumes: Vec<u32>,
    /// Number of entries.
    pub entries: u64,
    /// Number of segments.
    pub segments: u64,
    /// Content bytes in every segment but the last.
    pub segment_bytes: u32,
    /// Bytes of content, before compression.
    pub content_bytes: u64,
    /// The index root, in hexadecimal digits.
    pub index_root: String,
    /// The station that signed, `none`, or `invalid`.
    pub signature: String,
    /// The master keys that open it.
    pub capsules: Vec<InspectedCapsule>,
    /// The checkpoint of the vault's log that the medium carries.
    pub checkpoint: Option<String>,
}

/// What a capsule says about itself.
#[derive(Debug, Serialize)]
pub struct InspectedCapsule {
    /// The fingerprint of the master key's recipient.
    pub fingerprint: String,
    /// The master key's name, if the sealer knew it.
    pub key: Option<String>,
    /// Which wrapping of the archive key this is, from 1.
    pub generation: u32,
    /// When it was made.
    pub created: String,
}

/// Reads what is written in the open; proves nothing, which is what `verify` is for.
pub fn inspect(set: &Set) -> InspectReport {
    let (settings, root) = (set.settings(), set.root());
    let mut capsules: Vec<InspectedCapsule> = Vec::new();
    for capsule in set.capsules() {
        let (facts, fingerprint) = (capsule.facts(), capsule.fingerprint().to_string());
        let known = |known: &InspectedCapsule| {
            known.fingerprint == fingerprint && known.generation == facts.generation
        };
        if !capsules.iter().any(known) {
            let key = facts.key.map(|key| key.to_string());
            let (generation, created) = (facts.generation, facts.created.to_string());
            capsules.push(InspectedCapsule { fingerprint, key, generation, created });
        }
    }
    InspectReport {
        archive: settings.archive.to_string(),
        label: settings.label.clone(),
        environment: settings.environment.map(|environment| environment.to_string()),
        vault: settings.vault.map(|vault| vault.to_string()),
        created: settings.created.to_string(),
        volumes: root.volumes,
        missing_volumes: set.missing_volumes(),
        entries: root.entries,
        segments: root.segments,
        segment_bytes: settings.segment_bytes,
        content_bytes: root.content_bytes,
        index_root: set.index_root().to_string(),
        signature: verify::signature_of(set),
        capsules,
        checkpoint: settings.checkpoint.clone(),
    }
}
