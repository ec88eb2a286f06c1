//! What was found, in words for the person who must act.

use std::fmt;

use serde::Serialize;

use super::{Interface, IpVersion, Link, Machine, Radio, RadioKind, SwapKind};

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub what: &'static str,
    /// Whether it is as it should be for a ceremony or a restore.
    #[serde(rename = "good")]
    pub is_good: bool,
    /// How it is now.
    pub state: String,
    /// What to do when it is not good.
    pub remedy: &'static str,
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.what, self.state)
    }
}

/// All findings on `machine`, in the order in which a person would act on them.
pub(super) fn of(machine: &Machine) -> Vec<Finding> {
    vec![
        links(machine),
        routes(machine),
        radios(machine),
        swap(machine),
        hibernation(machine),
        clock(machine),
    ]
}

fn links(machine: &Machine) -> Finding {
    let named = |link: Link| {
        let all = machine.interfaces.iter().flatten();
        all.filter(|interface| interface.link == link).map(name).collect::<Vec<_>>()
    };
    let (up, unclear) = (named(Link::Up), named(Link::Unknown));
    let mut state = match machine.interfaces {
        None => "the system does not list its interfaces".to_owned(),
        Some(_) if up.is_empty() && unclear.is_empty() => "no link is up now".to_owned(),
        Some(_) if up.is_empty() => "no link is known to be up now".to_owned(),
        Some(_) => format!("up now: {}", up.join(", ")),
    };
    if !unclear.is_empty() {
        state.push_str(&format!("; not known: {}", unclear.join(", ")));
    }
    Finding {
        what: "network",
        is_good: machine.interfaces.is_some() && up.is_empty() && unclear.is_empty(),
        state,
        remedy: "Unplug the cable and switch radios off before a ceremony or a restore.",
    }
}

fn name(interface: &Interface) -> String {
    interface.name.clone()
}

fn routes(machine: &Machine) -> Finding {
    let way = |version: IpVersion| match version {
        IpVersion::V4 => "IPv4",
        IpVersion::V6 => "IPv6",
    };
    let all = machine.default_routes.iter().flatten();
    let ways: Vec<_> =
        all.map(|route| format!("{} through {}", way(route.version), route.interface)).collect();
    let state = match machine.default_routes {
        None => "the system does not list its routes".to_owned(),
        Some(_) if ways.is_empty() => "none leads outside now".to_owned(),
        Some(_) => format!("lead outside now: {}", ways.join(", ")),
    };
    Finding {
        what: "routes",
        is_good: machine.default_routes.is_some() && ways.is_empty(),
        state,
        remedy: "Disconnect from every network; a route that stays belongs to a tunnel.",
    }
}

fn radios(machine: &Machine) -> Finding {
    let on: Vec<_> = machine.radios.iter().filter(|radio| radio.is_on()).map(radio).collect();
    let state = match (machine.radios.is_empty(), on.is_empty()) {
        (true, _) => "none with a switch is known".to_owned(),
        (false, true) => "all switched off now".to_owned(),
        (false, false) => format!("on now: {}", on.join(", ")),
    };
    Finding {
        what: "radios",
        is_good: on.is_empty(),
        state,
        remedy: "Switch to flight mode, or use the switch of the machine.",
    }
}

fn radio(radio: &Radio) -> String {
    let kind = match &radio.kind {
        RadioKind::Wifi => "wireless network",
        RadioKind::Bluetooth => "Bluetooth",
        RadioKind::Mobile => "mobile network",
        RadioKind::Named(kind) => kind,
    };
    format!("{kind} {}", radio.name).trim_end().to_owned()
}

fn swap(machine: &Machine) -> Finding {
    let word = |kind: SwapKind| match kind {
        SwapKind::Memory => "stays in memory",
        SwapKind::Encrypted => "encrypted",
        SwapKind::Plain => "not encrypted",
        SwapKind::Unknown => "encryption not known",
    };
    let areas = machine.swap.as_deref().unwrap_or_default();
    let is_safe = |kind: SwapKind| matches!(kind, SwapKind::Memory | SwapKind::Encrypted);
    let listed: Vec<_> =
        areas.iter().map(|area| format!("{} ({})", area.place, word(area.kind))).collect();
    let state = match machine.swap {
        None => "the system does not list it".to_owned(),
        Some(_) if listed.is_empty() => "off".to_owned(),
        Some(_) => format!("in use: {}", listed.join(", ")),
    };
    Finding {
        what: "swap",
        is_good: machine.swap.is_some() && areas.iter().all(|area| is_safe(area.kind)),
        state,
        remedy: "Switch swap off for ceremonies and restores (swapoff -a), or use encrypted swap.",
    }
}

fn hibernation(machine: &Machine) -> Finding {
    let is_possible = machine.can_hibernate();
    Finding {
        what: "hibernation",
        is_good: !is_possible,
        state: if is_possible { "possible" } else { "not possible" }.to_owned(),
        remedy: "Do not close the lid, and mask hibernate.target: it writes memory to a disk.",
    }
}

fn clock(machine: &Machine) -> Finding {
    let has_clock = machine.clock.has_hardware_clock;
    let state = if has_clock { "keeps time while off" } else { "stands still while off" };
    Finding {
        what: "clock",
        is_good: has_clock,
        state: state.to_owned(),
        remedy: "Compare the time with a watch before a ceremony; minutes and log carry it.",
    }
}
