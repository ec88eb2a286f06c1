//! pcscd with virtual readers.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use reader::{Change, Holds, Watch};
use tempfile::TempDir;
use token::virtual_yubikey::VirtualYubiKey;

use crate::plug::Plug;

/// The service.
pub(crate) const PCSCD: &str = "/usr/sbin/pcscd";
/// The driver of virtual readers, in the system or below the tools of `cargo xtask test`.
const DRIVER: &str = "usr/lib/pcsc/drivers/serial/libifdvpcd.so";

/// Readers: two for each copy of the driver, which cannot serve two entries from one copy.
pub(crate) const SLOTS: u16 = 2 * COPIES;
const COPIES: u16 = 3;
const FIRST_PORT: u16 = 0x8c7b;

/// How often it is asked whether it listens.
const TRIES: usize = 1_000_000;

/// How long a change at a reader may take to be seen.
const PATIENCE: Duration = Duration::from_secs(1);
/// Longer than the time between two looks of pcscd at a reader.
const LOOK: Duration = Duration::from_millis(900);
/// How often that is looked for.
const LOOKS: usize = 20;

/// The running service.
pub(crate) struct Pcscd {
    folder: TempDir,
    child: Option<Child>,
}

impl Pcscd {
    /// Starts it and waits until it says that it is ready.
    pub(crate) fn start() -> Self {
        let folder = TempDir::new().unwrap();
        for copy in 0..COPIES {
            let library = folder.path().join(format!("driver-{copy}.so"));
            fs::copy(driver().unwrap(), &library).unwrap();
            let port = FIRST_PORT + 2 * copy;
            let entry = format!(
                // One of the programs that are compared looks at nothing else than this name.
                "FRIENDLYNAME \"Yubico YubiKey CCID {copy}\"\nDEVICENAME /dev/null:{port:#06X}\n\
                 LIBPATH {}\nCHANNELID {port:#06X}\n",
                library.display()
            );
            let readers = folder.path().join("readers");
            fs::create_dir_all(&readers).unwrap();
            fs::write(readers.join(format!("reader-{copy}")), entry).unwrap();
        }
        let mut service = Self { folder, child: None };
        service.restart();
        service
    }

    /// Starts it again after [`Self::kill`].
    pub(crate) fn restart(&mut self) {
        let readers = self.folder.path().join("readers");
        self.child = Some(launch(&readers));
    }

    /// Ends it at once, as a crash would.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Puts a token into a reader and waits until the service has seen it.
    pub(crate) fn insert(&self, slot: u16, card: &VirtualYubiKey) -> Plug {
        let plug = Plug::insert(slot, FIRST_PORT + slot, card);
        wait_until(slot, Holds::YubiKey);
        plug
    }

    /// Pulls a token out, or clears away one that a fault has pulled out, and waits until the
    /// service has seen that.
    pub(crate) fn remove(&self, plug: Plug) {
        let slot = plug.slot;
        drop(plug);
        wait_until(slot, Holds::Nothing);
        // After a reset that failed it says so before its own look at the reader, every 0.4 s, has
        // found out; a card that came back in between would never be noticed.
        watch_at_rest().changes(LOOK).unwrap();
    }
}

impl Drop for Pcscd {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Where the driver of virtual readers lies, if it is there.
pub(crate) fn driver() -> Option<PathBuf> {
    let target = std::env::current_exe().ok()?.ancestors().nth(3)?.to_path_buf();
    let places = [target.join("tools/vpcd"), PathBuf::from("/")];
    places.into_iter().map(|place| place.join(DRIVER)).find(|driver| driver.exists())
}

/// A watch that has seen all that is there.
pub(crate) fn watch_at_rest() -> Watch {
    let mut watch = Watch::start().unwrap();
    watch.changes(Duration::ZERO).unwrap();
    watch
}

/// Waits until a reader holds that.
fn wait_until(slot: u16, wanted: Holds) {
    let mut watch = Watch::start().unwrap();
    let holds = || reader::readers().unwrap()[usize::from(slot)].holds;
    for _ in 0..LOOKS {
        if holds() == wanted {
            return;
        }
        watch.changes(PATIENCE).unwrap();
    }
    panic!("reader {slot} holds {:?} instead of {wanted:?}", holds());
}

/// Waits for a change.
pub(crate) fn wait_for(watch: &mut Watch, is_it: impl Fn(&Change) -> bool) -> Change {
    for _ in 0..LOOKS {
        let changes = watch.changes(PATIENCE).unwrap();
        if let Some(change) = changes.into_iter().find(&is_it) {
            return change;
        }
    }
    panic!("nothing happened at the readers");
}

fn launch(readers: &Path) -> Child {
    let mut command = Command::new(PCSCD);
    command.args(["--foreground", "--info", "--config"]).arg(readers);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ready = lines.find(|line| line.as_ref().is_ok_and(|line| line.contains("daemon ready")));
    assert!(ready.is_some(), "pcscd did not start");
    // It says so a moment before it listens.
    let listens = (0..TRIES).any(|_| {
        thread::yield_now();
        reader::readers().is_ok()
    });
    assert!(listens, "pcscd does not listen");
    // It would stop if nobody read what it says.
    thread::spawn(move || lines.for_each(drop));
    child
}
