//! Transmitters, and whether they are switched off.

use std::path::Path;

use serde::Serialize;

use super::{names, text};

/// A transmitter that the system can switch off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Radio {
    /// The kernel's name of it, such as `phy0` or `hci0`.
    pub name: String,
    /// What it transmits.
    pub kind: RadioKind,
    /// Switched off by software.
    pub is_soft_blocked: bool,
    /// Switched off by a switch or a key of the machine.
    pub is_hard_blocked: bool,
}

/// What a radio transmits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RadioKind {
    /// Wireless network.
    Wifi,
    /// Bluetooth.
    Bluetooth,
    /// Mobile network.
    Mobile,
    /// Anything else, in the kernel's word.
    Named(String),
}

impl Radio {
    /// Whether it can transmit now.
    pub fn is_on(&self) -> bool {
        !self.is_soft_blocked && !self.is_hard_blocked
    }
}

/// All radios that the kernel knows a switch of.
pub(super) fn radios(root: &Path) -> Vec<Radio> {
    let folder = root.join("sys/class/rfkill");
    let entries = names(&folder).unwrap_or_default().into_iter();
    entries.filter_map(|entry| radio(&folder.join(entry))).collect()
}

fn radio(folder: &Path) -> Option<Radio> {
    let kind = match text(&folder.join("type"))?.as_str() {
        "wlan" => RadioKind::Wifi,
        "bluetooth" => RadioKind::Bluetooth,
        "wwan" => RadioKind::Mobile,
        named => RadioKind::Named(named.to_owned()),
    };
    // Only a clear "1" counts as blocked: a radio in doubt is shown as on.
    let is_blocked = |switch: &str| text(&folder.join(switch)).as_deref() == Some("1");
    Some(Radio {
        name: text(&folder.join("name")).unwrap_or_default(),
        kind,
        is_soft_blocked: is_blocked("soft"),
        is_hard_blocked: is_blocked("hard"),
    })
}
