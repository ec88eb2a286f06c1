//! What the process gives up, step by step (entry-1 E17).

use std::collections::BTreeMap;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};

/// Calls that open, connect, start or look into another process, on every machine.
const GIVEN_UP: &[i64] = &[
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_openat,
    libc::SYS_openat2,
    libc::SYS_open_by_handle_at,
    libc::SYS_memfd_create,
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_clone,
    libc::SYS_clone3,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_getfd,
    libc::SYS_io_uring_setup,
    libc::SYS_unlinkat,
    libc::SYS_renameat2,
    libc::SYS_linkat,
    libc::SYS_symlinkat,
    libc::SYS_mkdirat,
    libc::SYS_prctl,
];

/// Older calls for the same, which newer machines do not have.
#[cfg(target_arch = "x86_64")]
const GIVEN_UP_OLD: &[i64] = &[
    libc::SYS_open,
    libc::SYS_creat,
    libc::SYS_fork,
    libc::SYS_vfork,
    libc::SYS_unlink,
    libc::SYS_rename,
    libc::SYS_renameat,
    libc::SYS_link,
    libc::SYS_symlink,
    libc::SYS_mkdir,
];
#[cfg(not(target_arch = "x86_64"))]
const GIVEN_UP_OLD: &[i64] = &[];

/// The system does not filter calls, so nothing is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unconfined;

/// Before the display is known: sockets of this machine only.
///
/// # Errors
///
/// [`Unconfined`] if the kernel has no seccomp.
pub(crate) fn to_this_machine() -> Result<(), Unconfined> {
    let local = u64::try_from(libc::AF_UNIX).map_err(|_| Unconfined)?;
    let is_foreign = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, local);
    let rule = SeccompRule::new(vec![is_foreign.map_err(|_| Unconfined)?]);
    refuse(BTreeMap::from([(libc::SYS_socket, vec![rule.map_err(|_| Unconfined)?])]))
}

/// Once the window exists: no socket, no file, no program, no look into another process.
///
/// # Errors
///
/// [`Unconfined`] if the kernel has no seccomp.
pub(crate) fn to_the_window() -> Result<(), Unconfined> {
    let calls = GIVEN_UP.iter().chain(GIVEN_UP_OLD);
    refuse(calls.map(|call| (*call, Vec::new())).collect())
}

/// Lets the kernel refuse `calls` from now on, and everything of another architecture.
fn refuse(calls: BTreeMap<i64, Vec<SeccompRule>>) -> Result<(), Unconfined> {
    let refused = SeccompAction::Errno(u32::try_from(libc::EPERM).map_err(|_| Unconfined)?);
    let arch = TargetArch::try_from(std::env::consts::ARCH).map_err(|_| Unconfined)?;
    let filter = SeccompFilter::new(calls, SeccompAction::Allow, refused, arch);
    let program = BpfProgram::try_from(filter.map_err(|_| Unconfined)?).map_err(|_| Unconfined)?;
    seccompiler::apply_filter(&program).map_err(|_| Unconfined)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{Ipv4Addr, UdpSocket};
    use std::os::unix::net::UnixStream;

    // A filter holds for the thread that asked for it, and a test has a thread of its own.

    #[test]
    fn a_confined_process_reaches_this_machine_only() {
        to_this_machine().unwrap();
        assert!(UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).is_err());
        assert!(UnixStream::pair().is_ok());
    }

    #[test]
    fn once_the_window_exists_no_file_opens_and_no_program_starts() {
        assert!(std::fs::metadata("/proc/self/status").is_ok());
        to_the_window().unwrap();
        #[expect(clippy::disallowed_methods, reason = "the test tries what is refused")]
        let opened = std::fs::File::open("/proc/self/status");
        assert_eq!(opened.unwrap_err().kind(), std::io::ErrorKind::PermissionDenied);
        assert!(std::process::Command::new("/bin/true").spawn().is_err());
        assert!(UnixStream::pair().is_err());
    }
}
