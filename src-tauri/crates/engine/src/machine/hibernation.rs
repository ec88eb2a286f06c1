//! Whether memory, with all that is in it, could be written to a disk.

use std::path::Path;

use serde::Serialize;

use super::text;

/// Whether the kernel offers hibernation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hibernation {
    /// The kernel does not offer it, or refuses it.
    Impossible,
    /// The kernel offers it.
    Offered {
        /// The device it would wake up from, as `major:minor`, if one is set.
        resume_device: Option<String>,
    },
}

impl Hibernation {
    /// Reads what the kernel offers.
    pub(super) fn read(root: &Path) -> Self {
        let power = |name: &str| text(&root.join("sys/power").join(name)).unwrap_or_default();
        let is_offered = power("state").split_whitespace().any(|state| state == "disk");
        // A kernel that is locked down, or holds secret memory, says so here.
        if !is_offered || power("disk").contains("[disabled]") {
            return Self::Impossible;
        }
        let resume_device = Some(power("resume")).filter(|text| !text.is_empty() && text != "0:0");
        Self::Offered { resume_device }
    }
}
