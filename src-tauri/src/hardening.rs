//! What the process denies itself before its first window.
//!
//! All of it is inherited: WebKit's network process and web process live under the same rules.

use std::collections::BTreeMap;

use landlock::{
    ABI, Access, AccessNet, NetPort, RestrictionStatus, Ruleset, RulesetAttr, RulesetCreatedAttr,
    RulesetError, RulesetStatus,
};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};
use serde::Serialize;

/// What was put in force when the program started, for the screen that says what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct State {
    /// The kernel refuses TCP, in and out.
    pub(crate) landlock: Measure,
    /// Sockets to anything but this machine's own programs cannot be made.
    pub(crate) seccomp: Measure,
    /// WebKit locks its web process away from files, network and other processes.
    pub(crate) sandbox: Measure,
    /// No core dump is written.
    pub(crate) core_dumps: Measure,
    /// Other programs of the same person cannot read this one's memory.
    pub(crate) dumpable: Measure,
}

/// What became of one measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) enum Measure {
    /// It holds.
    InForce,
    /// The system did not grant it.
    Refused,
    /// This build leaves it out: the one that tests drive.
    LeftOut,
}

impl Measure {
    fn granted(is_granted: bool) -> Self {
        if is_granted { Self::InForce } else { Self::Refused }
    }
}

/// Forbids this process and its children to gain rights by starting a privileged program.
///
/// Landlock and seccomp need it. A system that refuses it refuses them too, which is then shown.
pub(crate) fn forbid_new_privileges() {
    let _ = rustix::thread::set_no_new_privs(true);
}

/// Puts everything in force that the system grants, and tells what that was.
///
/// A program goes on if the system refuses, and shows what is missing: on the worst day a restore
/// on an odd machine is worth more than a perfect one elsewhere. Call it before the first thread.
pub(crate) fn put_in_force(has_sandbox: bool) -> State {
    let process = secret::harden_process();
    let open_port = crate::environment::inspector_port();
    let landlock = deny_tcp(open_port).map(|status| status.ruleset);
    State {
        landlock: Measure::granted(matches!(landlock, Ok(RulesetStatus::FullyEnforced))),
        // The remote control of tests is a TCP connection.
        seccomp: if cfg!(feature = "e2e") {
            Measure::LeftOut
        } else {
            Measure::granted(deny_foreign_sockets().is_ok())
        },
        sandbox: Measure::granted(has_sandbox),
        core_dumps: Measure::granted(process.core_dumps_off),
        dumpable: Measure::granted(process.not_dumpable),
    }
}

/// Denies TCP to this process and its children, but for `open_port`.
fn deny_tcp(open_port: Option<u16>) -> Result<RestrictionStatus, RulesetError> {
    let all = AccessNet::from_all(ABI::V4);
    let mut rules = Ruleset::default().handle_access(all)?.create()?;
    if let Some(port) = open_port {
        rules = rules.add_rule(NetPort::new(port, all))?;
    }
    rules.restrict_self()
}

/// Denies every socket but local ones and those to the kernel, to all threads.
fn deny_foreign_sockets() -> Result<(), seccompiler::Error> {
    seccompiler::apply_filter_all_threads(&socket_filter()?)
}

/// Refuses foreign sockets, and the ring of requests that would get around the refusal.
fn socket_filter() -> Result<BpfProgram, seccompiler::Error> {
    let is_not = |family: i32| {
        let number = u64::from(family.unsigned_abs());
        SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, number)
    };
    let foreign = SeccompRule::new(vec![is_not(libc::AF_UNIX)?, is_not(libc::AF_NETLINK)?])?;
    let mut rules = BTreeMap::new();
    for number in numbers(libc::SYS_socket) {
        rules.insert(number, vec![foreign.clone()]);
    }
    for number in numbers(libc::SYS_io_uring_setup) {
        // No condition: always.
        rules.insert(number, Vec::new());
    }
    let refuse = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let architecture = std::env::consts::ARCH.try_into()?;
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, refuse, architecture)?;
    Ok(filter.try_into()?)
}

/// A system call by its number, and by the second one it has on x86 (the x32 interface).
fn numbers(call: i64) -> impl Iterator<Item = i64> {
    const X32: i64 = 0x4000_0000;
    let second = cfg!(target_arch = "x86_64").then_some(call | X32);
    [call].into_iter().chain(second)
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;
    use std::net::{TcpListener, TcpStream, UdpSocket};
    use std::os::unix::net::UnixDatagram;
    use std::thread;

    use super::*;

    /// Rules of a thread end with it, so each test hardens a thread of its own.
    fn in_a_thread<T: Send>(work: impl FnOnce() -> T + Send) -> T {
        thread::scope(|scope| scope.spawn(work).join().expect("no panic"))
    }

    #[test]
    fn tcp_is_refused_but_for_the_port_left_open() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
        let address = listener.local_addr().expect("an address");
        assert!(TcpStream::connect(address).is_ok(), "it listens");
        in_a_thread(|| {
            forbid_new_privileges();
            let status = deny_tcp(None).expect("rules").ruleset;
            if status == RulesetStatus::NotEnforced {
                // A kernel before 6.7 knows no rules for TCP, and the program says so.
                return;
            }
            assert_eq!(status, RulesetStatus::FullyEnforced);
            let denied = TcpStream::connect(address).expect_err("no way out");
            assert_eq!(denied.kind(), ErrorKind::PermissionDenied);
            let denied = TcpListener::bind("127.0.0.1:0").expect_err("no way in");
            assert_eq!(denied.kind(), ErrorKind::PermissionDenied);
        });
        in_a_thread(|| {
            forbid_new_privileges();
            deny_tcp(Some(address.port())).expect("rules");
            assert!(TcpStream::connect(address).is_ok(), "the port left open");
        });
    }

    #[test]
    fn only_local_sockets_can_be_made() {
        in_a_thread(|| {
            forbid_new_privileges();
            let program = socket_filter().expect("a filter");
            seccompiler::apply_filter(&program).expect("in force");
            for denied in [
                UdpSocket::bind("127.0.0.1:0").map(drop),
                UdpSocket::bind("[::1]:0").map(drop),
                TcpListener::bind("127.0.0.1:0").map(drop),
            ] {
                let denied = denied.expect_err("no socket to the world");
                assert_eq!(denied.kind(), ErrorKind::PermissionDenied);
            }
            assert!(UnixDatagram::unbound().is_ok(), "windows and readers need local ones");
        });
        assert!(UdpSocket::bind("127.0.0.1:0").is_ok(), "outside of the thread nothing changed");
    }
}
