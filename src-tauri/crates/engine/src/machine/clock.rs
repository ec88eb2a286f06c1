//! Where the time comes from when no server gives it.

use std::path::Path;

use serde::Serialize;

use super::{names, text};

/// Where the machine's time comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Clock {
    /// What the kernel counts with.
    pub source: Option<String>,
    /// A clock that goes on while the power is off.
    pub has_hardware_clock: bool,
}

impl Clock {
    /// Reads what the kernel knows of clocks.
    pub(super) fn read(root: &Path) -> Self {
        let source = "sys/devices/system/clocksource/clocksource0/current_clocksource";
        Self {
            source: text(&root.join(source)),
            has_hardware_clock: names(&root.join("sys/class/rtc")).is_some_and(|n| !n.is_empty()),
        }
    }
}
