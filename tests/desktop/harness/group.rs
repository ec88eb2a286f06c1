//! A program that is ended together with everything it started.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};

use rustix::process::{Pid, Signal, geteuid, kill_process_group};

/// The user that owns nothing.
pub(crate) const NOBODY: u32 = 65534;

/// The leader of a process group; the whole group is ended when this value goes.
pub(crate) struct Group {
    pub(crate) leader: Child,
}

impl Group {
    /// A command that starts `program` so that it ends when this thread does, even by a signal.
    pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
        Self::command_with(program, &[])
    }

    /// As [`Group::command`], but never as root: a person at a desk is not root either.
    pub(crate) fn command_as_a_person(program: impl AsRef<OsStr>) -> Command {
        let (user, group) = (format!("--reuid={NOBODY}"), format!("--regid={NOBODY}"));
        let person = [user.as_str(), group.as_str(), "--clear-groups"];
        Self::command_with(program, if geteuid().is_root() { &person } else { &[] })
    }

    fn command_with(program: impl AsRef<OsStr>, privileges: &[&str]) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL"]).args(privileges).arg("--").arg(program);
        command.env_clear().env("PATH", "/usr/bin:/bin").process_group(0);
        command
    }

    /// Starts what [`Group::command`] made.
    pub(crate) fn start(mut command: Command) -> Self {
        let leader = command.spawn();
        Self { leader: leader.unwrap_or_else(|error| panic!("{command:?}: {error}")) }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let id = i32::try_from(self.leader.id()).ok().and_then(Pid::from_raw);
        // A group that has ended already is no failure.
        let _ = id.map(|id| kill_process_group(id, Signal::KILL));
        let _ = self.leader.wait();
    }
}
