//! Links and the routes that lead outside.

use std::path::Path;

use serde::Serialize;

use super::{names, text};

/// A network interface other than loopback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Interface {
    /// The kernel's name of it, such as `eth0`.
    pub name: String,
    /// What stands behind it.
    pub kind: InterfaceKind,
    /// Whether it is connected now.
    pub link: Link,
}

/// What stands behind an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum InterfaceKind {
    /// A device with a socket for a cable.
    Physical,
    /// A device with an antenna: wireless network, mobile network, Bluetooth.
    Wireless,
    /// Software: a bridge, a tunnel, a virtual machine's link.
    Virtual,
}

/// Whether an interface is connected now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Link {
    /// Something is at the other end.
    Up,
    /// Switched off, or nothing is at the other end.
    Down,
    /// Switched on, and the driver does not tell.
    Unknown,
}

/// The version of the internet protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum IpVersion {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

/// A route that takes what has no better one: the way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DefaultRoute {
    /// The interface it leads through.
    pub interface: String,
    /// The protocol it is for.
    pub version: IpVersion,
}

/// The kernel's number for the kind of device that loopback is.
const LOOPBACK: &str = "772";
/// The flag of an interface that is switched on.
const IFF_UP: u32 = 0x1;
/// The flag of a route that is in use.
const RTF_UP: u32 = 0x1;
/// The flag of a route that refuses what it matches.
const RTF_REJECT: u32 = 0x200;

/// Prefixes this short lead outside. Tunnels split "everywhere" into two halves so that the route
/// beside them survives, and IPv6 gives addresses of the world from one eighth of its space.
const WIDEST_V4_BITS: u32 = 1;
const WIDEST_V6_BITS: u32 = 3;

/// All interfaces but loopback.
pub(super) fn interfaces(root: &Path) -> Option<Vec<Interface>> {
    let folder = root.join("sys/class/net");
    let named = names(&folder)?.into_iter();
    let all = named.map(|name| interface(&folder.join(&name), name));
    Some(all.flatten().collect())
}

/// The interface in `folder`; `None` for loopback, and for a file that is no interface.
fn interface(folder: &Path, name: String) -> Option<Interface> {
    let kind_number = text(&folder.join("type"))?;
    (kind_number != LOOPBACK).then(|| Interface { name, kind: kind(folder), link: link(folder) })
}

fn kind(folder: &Path) -> InterfaceKind {
    let event = text(&folder.join("uevent")).unwrap_or_default();
    let device_type = event.lines().find_map(|line| line.strip_prefix("DEVTYPE="));
    let has_antenna = matches!(device_type, Some("wlan" | "wwan" | "bluetooth"))
        || ["wireless", "phy80211"].iter().any(|name| folder.join(name).exists());
    match (has_antenna, folder.join("device").exists()) {
        (true, _) => InterfaceKind::Wireless,
        (false, true) => InterfaceKind::Physical,
        (false, false) => InterfaceKind::Virtual,
    }
}

/// RFC 2863 states. Tunnels stay "unknown" for ever; for them carrier and flags decide.
fn link(folder: &Path) -> Link {
    let state = text(&folder.join("operstate")).unwrap_or_default();
    let is_on = || {
        let flags = text(&folder.join("flags"))?;
        u32::from_str_radix(flags.strip_prefix("0x")?, 16).ok().map(|flags| flags & IFF_UP != 0)
    };
    match state.as_str() {
        "up" => Link::Up,
        "down" | "notpresent" | "lowerlayerdown" => Link::Down,
        _ if text(&folder.join("carrier")).as_deref() == Some("1") => Link::Up,
        _ if is_on() == Some(false) => Link::Down,
        _ => Link::Unknown,
    }
}

/// Routes to everywhere, of both protocols. A kernel without IPv6 has no list of its routes.
pub(super) fn default_routes(root: &Path) -> Option<Vec<DefaultRoute>> {
    let v4 = text(&root.join("proc/net/route"))?;
    let v6 = text(&root.join("proc/net/ipv6_route")).unwrap_or_default();
    let v4 = v4.lines().skip(1).filter_map(route_v4);
    let mut routes: Vec<_> = v4.chain(v6.lines().filter_map(route_v6)).collect();
    // Two halves of one way out, or the same way with two metrics, are one thing to a person.
    routes.dedup();
    Some(routes)
}

/// `Iface Destination Gateway Flags RefCnt Use Metric Mask …`, numbers in hexadecimal.
fn route_v4(line: &str) -> Option<DefaultRoute> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [interface, _, _, flags, _, _, _, mask, ..] = fields.as_slice() else { return None };
    let mask = u32::from_str_radix(mask, 16).ok()?;
    let leads_out = mask.count_ones() <= WIDEST_V4_BITS && is_usable(flags)?;
    leads_out.then(|| DefaultRoute { interface: (*interface).to_owned(), version: IpVersion::V4 })
}

/// `destination length source length next-hop metric references use flags interface`.
fn route_v6(line: &str) -> Option<DefaultRoute> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [_, length, .., flags, interface] = fields.as_slice() else { return None };
    let length = u32::from_str_radix(length, 16).ok()?;
    let leads_out = length <= WIDEST_V6_BITS && *interface != "lo" && is_usable(flags)?;
    leads_out.then(|| DefaultRoute { interface: (*interface).to_owned(), version: IpVersion::V6 })
}

fn is_usable(flags: &str) -> Option<bool> {
    let flags = u32::from_str_radix(flags, 16).ok()?;
    Some(flags & RTF_UP != 0 && flags & RTF_REJECT == 0)
}
