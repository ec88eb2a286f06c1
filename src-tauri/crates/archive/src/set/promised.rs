//! Volumes that are not here yet, and come when something of them is read.

use std::sync::Arc;

use super::{Set, Volume};
use crate::volume::ReadAt;

/// The size of a volume that was promised: nobody knows it yet.
const UNKNOWN_BYTES: u64 = u64::MAX;

impl Set {
    /// Takes the word of `medium` that it is volume `volume`, which is not here yet: it is read
    /// when something of it is asked for. What it then gives is compared with the index like
    /// anything else.
    pub fn promise(&mut self, volume: u32, medium: Box<dyn ReadAt>) {
        // Its length is not known; a frame is still no longer than a frame may be (archive-1 A5).
        let (medium, size, is_named) = (Arc::from(medium), UNKNOWN_BYTES, true);
        let promised = Volume { medium, place: usize::MAX, size, whole: true, is_named };
        self.volumes.entry(volume).or_default().push(promised);
    }

    /// Whether volumes were promised: then going from one to another and back costs a person's
    /// time, and is worth to be avoided.
    pub fn has_promises(&self) -> bool {
        self.volumes.values().flatten().any(|volume| volume.size == UNKNOWN_BYTES)
    }

    /// Whether damage may be worked out of parity at all.
    pub fn has_parity(&self) -> bool {
        self.settings.parity.is_some()
    }

    /// Lets go of the sidecars, after which their media can be taken away.
    pub fn let_go_of_sidecars(&mut self) {
        self.sidecars.clear();
    }
}
