//! What a window test stands on: a display, a driver, a page, and a home of its own.
//!
//! ```text
//! in_window("the_name_of_the_test", async |page| { page.wait_for("h1").await; … })
//! ```
//!
//! Every wait has a deadline, every test its own display, home and port, and all that a test starts
//! ends with it: each program leads a process group that is ended as a whole, and asks the kernel
//! to be ended when the thread of the test is gone.

pub(crate) mod display;
pub(crate) mod driver;
pub(crate) mod group;
pub(crate) mod home;
pub(crate) mod page;
pub(crate) mod process;
pub(crate) mod typist;

use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::time::{interval, timeout};

use display::Display;
use driver::Driver;
use home::Home;
use page::Page;
use process::Process;

/// How long one call or one wait may take on a slow machine.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// The program that ships.
const SHIPPED: &str = "strongroom-desktop";
/// The title of its window.
pub(crate) const TITLE: &str = "Strongroom";
/// The program that tests may drive.
pub(crate) const E2E: &str = "strongroom-desktop-e2e";

/// Runs `test` against the first window of a fresh program; skips where it was not built.
pub(crate) fn in_window(name: &str, test: impl AsyncFnOnce(&Page)) {
    let Some(program) = built(name, E2E) else { return };
    in_browser(name, &program, &[], test);
}

/// Runs `test` against the window of `program`, started with `arguments` by WebKit's driver.
pub(crate) fn in_browser(
    name: &str,
    program: &Path,
    arguments: &[&str],
    test: impl AsyncFnOnce(&Page),
) {
    at_desk(name, program, arguments, async |desk| test(&desk.page).await);
}

/// A window, the display it stands on, and the home it lives in.
pub(crate) struct AtDesk {
    pub(crate) page: Page,
    pub(crate) display: Display,
    pub(crate) home: Home,
    driver: Driver,
}

impl AtDesk {
    /// Starts `program` with `arguments` on `display`, in `home`.
    pub(crate) async fn sit_down(
        name: &str,
        program: &Path,
        arguments: &[&str],
        (home, display): (Home, Display),
    ) -> Self {
        let driver = Driver::start(name, &home, &display).await;
        let page = driver.open(program, arguments).await;
        Self { page, display, home, driver }
    }

    /// Ends the program as a power cut does; what lies on the disk stays.
    pub(crate) fn crash(self) -> (Home, Display) {
        drop(self.driver);
        (self.home, self.display)
    }

    /// The processes of the driver, the program and its page.
    pub(crate) fn processes(&self) -> Vec<Process> {
        self.driver.processes()
    }
}

/// Runs `test` as a person at a desk, who also types into windows that are no pages.
pub(crate) fn at_desk(
    name: &str,
    program: &Path,
    arguments: &[&str],
    test: impl AsyncFnOnce(&AtDesk),
) {
    at_desk_in(name, program, arguments, Home::make(), test);
}

/// As [`at_desk`], in a home that is furnished already.
pub(crate) fn at_desk_in(
    name: &str,
    program: &Path,
    arguments: &[&str],
    home: Home,
    test: impl AsyncFnOnce(&AtDesk),
) {
    let place = (home, Display::open());
    runtime().block_on(async {
        let desk = AtDesk::sit_down(name, program, arguments, place).await;
        test(&desk).await;
        desk.page.close().await;
    });
}

/// The built program `name`, or `None` after saying that the test was skipped.
pub(crate) fn built(test: &str, name: &str) -> Option<PathBuf> {
    let program = strongroom_tests::built_program(name);
    if program.is_none() {
        strongroom_tests::skip(test, &format!("{name} is not built: run `cargo xtask desktop`"));
    }
    program
}

/// The program that ships: the one just built, or the one in a package that is tried out.
pub(crate) fn shipped(test: &str) -> Option<PathBuf> {
    let packed = std::env::var_os("STRONGROOM_SHIPPED").map(PathBuf::from);
    packed.or_else(|| built(test, SHIPPED))
}

/// The window that tests drive, where the one that asks for secrets was built too; else `None`
/// after saying that the test was skipped.
pub(crate) fn built_with_entry(test: &str) -> Option<PathBuf> {
    built(test, "strongroom-entry").and_then(|_| built(test, E2E))
}

/// Asks `look` again and again until it has an answer.
pub(crate) async fn wait_for<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let found = async {
        let mut ticks = interval(Duration::from_millis(20));
        loop {
            ticks.tick().await;
            if let Some(found) = look().await {
                return found;
            }
        }
    };
    within(what, found).await
}

/// The result of `work`, or a panic that names it when it takes too long.
pub(crate) async fn within<T>(what: &str, work: impl Future<Output = T>) -> T {
    timeout(DEADLINE, work).await.unwrap_or_else(|_| panic!("too long: {what}"))
}

/// One thread for the whole test: programs it starts are ended with that thread.
pub(crate) fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// Where pictures and logs of window tests are kept, beside the built programs.
pub(crate) fn keep(folder: &str, file: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a path");
    let target = test.ancestors().nth(3).expect("target/<profile>/deps/test");
    let folder = target.join(folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder.join(file)
}
