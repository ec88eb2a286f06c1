//! Machines as folders: what each shows, and what is said of it.

use std::fs;
use std::path::Path;

use super::*;

/// A machine whose kernel shows `files`, given as lines `path = text`.
fn machine(files: &[(&str, &str)]) -> Machine {
    let root = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, format!("{text}\n")).expect("written");
    }
    Machine::read(root.path())
}

const ROUTES: &str = "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT";
const SWAPS: &str = "Filename Type Size Used Priority";
const LOOPBACK_V6: &str = "00000000000000000000000000000000 00 00000000000000000000000000000000 00 \
    00000000000000000000000000000000 ffffffff 00000001 00000000 00200200 lo";

/// A laptop in a meeting room: cable unplugged, flight mode, no swap, no hibernation.
fn quiet() -> Vec<(&'static str, &'static str)> {
    vec![
        ("sys/class/net/lo/type", "772"),
        ("sys/class/net/lo/operstate", "unknown"),
        ("sys/class/net/lo/carrier", "1"),
        ("sys/class/net/enp1s0/type", "1"),
        ("sys/class/net/enp1s0/operstate", "down"),
        ("sys/class/net/enp1s0/device/vendor", "0x8086"),
        ("sys/class/net/wlp2s0/type", "1"),
        ("sys/class/net/wlp2s0/operstate", "down"),
        ("sys/class/net/wlp2s0/uevent", "DEVTYPE=wlan\nINTERFACE=wlp2s0"),
        ("sys/class/net/wlp2s0/device/vendor", "0x8086"),
        ("sys/class/net/bonding_masters", ""),
        ("proc/net/route", ROUTES),
        ("proc/net/ipv6_route", LOOPBACK_V6),
        ("sys/class/rfkill/rfkill0/type", "wlan"),
        ("sys/class/rfkill/rfkill0/name", "phy0"),
        ("sys/class/rfkill/rfkill0/soft", "1"),
        ("sys/class/rfkill/rfkill0/hard", "0"),
        ("proc/swaps", SWAPS),
        ("sys/power/state", "freeze mem"),
        ("sys/class/rtc/rtc0/name", "rtc_cmos"),
    ]
}

/// The quiet machine with `changes` in place of what it showed.
fn changed(changes: &[(&'static str, &'static str)]) -> Machine {
    let mut files = quiet();
    files.extend(changes);
    machine(&files)
}

/// What was found not to be good.
fn complaints(machine: &Machine) -> Vec<&'static str> {
    let findings = machine.findings().into_iter();
    findings.filter(|finding| !finding.is_good).map(|finding| finding.what).collect()
}

#[test]
fn a_quiet_machine_gives_no_complaint_and_no_promise_about_yesterday() {
    let machine = machine(&quiet());
    assert_eq!(complaints(&machine), [""; 0]);
    assert_eq!(
        machine.summary(),
        "network: no link is up now; routes: none leads outside now; \
         radios: all switched off now; swap: off; hibernation: not possible; \
         clock: keeps time while off"
    );
    let named = machine.interfaces.iter().flatten().map(|i| (i.name.as_str(), i.kind, i.link));
    assert_eq!(
        named.collect::<Vec<_>>(),
        [
            ("enp1s0", InterfaceKind::Physical, Link::Down),
            ("wlp2s0", InterfaceKind::Wireless, Link::Down)
        ],
        "neither loopback nor the file of bonds is an interface"
    );
}

#[test]
fn what_the_system_does_not_tell_is_not_taken_for_good() {
    let nothing = machine(&[]);
    assert_eq!(nothing.interfaces, None);
    assert_eq!(complaints(&nothing), ["network", "routes", "swap", "clock"]);
}

#[test]
fn a_link_that_is_up_is_named() {
    let office = changed(&[("sys/class/net/enp1s0/operstate", "up")]);
    assert_eq!(complaints(&office), ["network"]);
    assert!(office.summary().contains("up now: enp1s0"), "{}", office.summary());
}

#[test]
fn a_tunnel_of_unknown_state_is_judged_by_its_carrier_and_its_switch() {
    let tunnel = |carrier, flags| {
        let machine = changed(&[
            ("sys/class/net/wg0/type", "65534"),
            ("sys/class/net/wg0/operstate", "unknown"),
            ("sys/class/net/wg0/carrier", carrier),
            ("sys/class/net/wg0/flags", flags),
        ]);
        let found = machine.interfaces.into_iter().flatten().find(|i| i.name == "wg0");
        found.map(|interface| (interface.kind, interface.link)).expect("listed")
    };
    assert_eq!(tunnel("1", "0x91"), (InterfaceKind::Virtual, Link::Up));
    assert_eq!(tunnel("", "0x90"), (InterfaceKind::Virtual, Link::Down));
    assert_eq!(tunnel("", "0x91"), (InterfaceKind::Virtual, Link::Unknown));
}

#[test]
fn only_routes_that_lead_outside_are_reported() {
    let line = |interface: &str, flags: &str, mask: &str| {
        format!("{ROUTES}\n{interface} 00000000 0100A8C0 {flags} 0 0 100 {mask} 0 0 0")
    };
    let found = |text: &str| {
        let machine = machine(&[("proc/net/route", text)]);
        machine.default_routes.into_iter().flatten().map(|route| route.interface).next()
    };
    assert_eq!(found(&line("eth0", "0003", "00000000")).as_deref(), Some("eth0"));
    assert_eq!(found(&line("tun0", "0003", "00000080")).as_deref(), Some("tun0"), "one half");
    assert_eq!(found(&line("eth0", "0001", "00FFFFFF")), None, "the local network");
    assert_eq!(found(&line("eth0", "0201", "00000000")), None, "a route that refuses");
    assert_eq!(found(&format!("{ROUTES}\nshort line")), None);
}

#[test]
fn a_way_out_by_the_newer_protocol_is_seen() {
    let zero = "00000000000000000000000000000000";
    let hop = "fd000000000000000000000000000001";
    let line = format!("{zero} 00 {zero} 00 {hop} 00000400 00000003 00000000 00000003 eth0");
    let text = format!("{line}\n{LOOPBACK_V6}");
    let machine = machine(&[("proc/net/route", ROUTES), ("proc/net/ipv6_route", &text)]);
    let expected = DefaultRoute { interface: "eth0".to_owned(), version: IpVersion::V6 };
    assert_eq!(machine.default_routes, Some(vec![expected]));
}

#[test]
fn a_radio_is_off_only_when_one_of_its_switches_says_so() {
    let radio = |soft, hard| {
        let radios = changed(&[
            ("sys/class/rfkill/rfkill0/soft", soft),
            ("sys/class/rfkill/rfkill0/hard", hard),
        ]);
        complaints(&radios).contains(&"radios")
    };
    assert!(radio("0", "0") && radio("", ""));
    assert!(!radio("1", "0") && !radio("0", "1"));
}

#[test]
fn swap_is_judged_by_where_it_ends_up() {
    let kind = |files: &[(&str, &str)]| {
        let areas = machine(files).swap.expect("listed");
        areas.first().map(|area| area.kind)
    };
    let listed = |line: &str| format!("{SWAPS}\n{line} 8388604 0 -2");
    let (zram, mapped) = (listed("/dev/zram0 partition"), listed("/dev/dm-1 partition"));
    let crypt = [("proc/swaps", mapped.as_str()), ("sys/block/dm-1/dm/uuid", "CRYPT-PLAIN-swap")];
    let volume = ("sys/block/dm-1/dm/uuid", "LVM-abc");
    let below = ("sys/block/dm-1/slaves/dm-0/dm/uuid", "");
    let lower = ("sys/block/dm-0/dm/uuid", "CRYPT-LUKS2-def");
    assert_eq!(kind(&[("proc/swaps", &zram)]), Some(SwapKind::Memory));
    let spilling = [("proc/swaps", zram.as_str()), ("sys/block/zram0/backing_dev", "/dev/sda3")];
    assert_eq!(kind(&spilling), Some(SwapKind::Unknown));
    assert_eq!(kind(&crypt), Some(SwapKind::Encrypted));
    assert_eq!(kind(&[crypt[0], volume, below, lower]), Some(SwapKind::Encrypted));
    assert_eq!(kind(&[crypt[0], volume]), Some(SwapKind::Unknown));
    let (disk, file) = (listed("/dev/sda2 partition"), listed("/swapfile file"));
    assert_eq!(kind(&[("proc/swaps", &disk)]), Some(SwapKind::Plain));
    assert_eq!(kind(&[("proc/swaps", &file)]), Some(SwapKind::Unknown));
    let named = listed("/dev/mapper/cryptswap partition");
    let name = ("sys/block/dm-1/dm/name", "cryptswap");
    assert_eq!(kind(&[("proc/swaps", &named), name, crypt[1]]), Some(SwapKind::Encrypted));
}

#[test]
fn hibernation_needs_a_kernel_that_offers_it_and_a_place_to_write_to() {
    let state = ("sys/power/state", "freeze mem disk");
    let swap = ("proc/swaps", "Filename Type Size Used Priority\n/dev/zram0 partition 1 0 5");
    assert!(!changed(&[state]).can_hibernate(), "no swap, no device");
    assert!(changed(&[state, swap]).can_hibernate());
    assert!(changed(&[state, ("sys/power/resume", "259:2")]).can_hibernate());
    assert!(!changed(&[state, swap, ("sys/power/disk", "[disabled]")]).can_hibernate());
    assert!(!changed(&[swap]).can_hibernate());
}

#[test]
fn this_machine_can_be_read() {
    let here = Machine::read(Path::new("/"));
    assert!(here.interfaces.is_some() && here.default_routes.is_some() && here.swap.is_some());
}
