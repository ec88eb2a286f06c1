//! What the program that ships denies itself, and others.

use std::time::Duration;

use tokio::time::timeout;

use crate::harness::display::Display;
use crate::harness::driver::Driver;
use crate::harness::home::Home;
use crate::harness::process::{Process, Program};
use crate::harness::{TITLE, runtime, shipped};

/// How long the driver may try to get hold of it.
const PATIENCE: Duration = Duration::from_secs(8);
/// WebKit's processes, by the first letters of their names.
const NETWORK: &str = "WebKitNetworkPr";
const WEB: &str = "WebKitWebProces";

#[test]
fn shell_network_and_web_process_are_under_the_filter_and_leave_no_core() {
    let Some(program) = shipped("shell_network_and_web_process_are_under_the_filter") else {
        return;
    };
    let (home, display) = (Home::for_a_person(), Display::open());
    runtime().block_on(async {
        let words = [program.to_str().expect("a path")];
        let running = Program::start("filter", &home, &display, &words);
        display.wait_for(TITLE).await;
        display.wait_for_paint().await;
        let shell = running.process("strongroom-desk").await;
        assert!(!shell.is_dumpable(), "nobody reads the memory of the shell");
        for process in [shell, running.process(NETWORK).await, running.process(WEB).await] {
            assert_filtered(process);
        }
        running.process("bwrap").await;
    });
}

#[test]
fn closing_the_window_ends_the_program_and_leaves_nothing_of_the_page() {
    let Some(program) = shipped("closing_the_window_leaves_nothing_of_the_page") else {
        return;
    };
    let (home, display) = (Home::for_a_person(), Display::open());
    runtime().block_on(async {
        let words = [program.to_str().expect("a path")];
        let mut running = Program::start("traces", &home, &display, &words);
        display.wait_for(TITLE).await;
        display.wait_for_paint().await;
        assert!(home.files().iter().any(|file| file.starts_with("runtime/strongroom-")), "used");
        display.close(TITLE);
        assert!(running.end().await.success());
        // WebKit's sandbox leaves the number of its process, in memory; the vault is the person's.
        let is_known = |file: &String| {
            file.starts_with("runtime/.flatpak/webkit-")
                || file.starts_with("home/.local/share/strongroom/vault/")
        };
        let left: Vec<_> = home.files().into_iter().filter(|file| !is_known(file)).collect();
        assert_eq!(left, [""; 0]);
    });
}

#[test]
fn without_user_namespaces_the_page_still_appears() {
    let test = "without_user_namespaces_the_page_still_appears";
    let Some(program) = shipped(test) else { return };
    let (home, display) = (Home::for_a_person(), Display::open());
    runtime().block_on(async {
        let program = program.to_str().expect("a path");
        let forbid = ["bwrap", "--unshare-user", "--disable-userns", "--dev-bind", "/", "/"];
        let words: Vec<_> = forbid.into_iter().chain(["--", program]).collect();
        let running = Program::start(test, &home, &display, &words);
        display.wait_for(TITLE).await;
        display.wait_for_paint().await;
        assert_filtered(running.process(WEB).await);
    });
}

#[test]
fn the_program_that_ships_does_not_let_itself_be_driven() {
    let test = "the_program_that_ships_does_not_let_itself_be_driven";
    let Some(program) = shipped(test) else { return };
    let (home, display) = (Home::make(), Display::open());
    runtime().block_on(async {
        let driver = Driver::start(test, &home, &display).await;
        // The window that lets itself be driven is open within a second.
        let opened = timeout(PATIENCE, driver.try_open(&program, &[])).await;
        assert!(!matches!(opened, Ok(Ok(_))), "a session was opened");
        display.wait_for(TITLE).await;
    });
}

fn assert_filtered(process: Process) {
    assert_eq!(process.status("Seccomp"), "2", "{}: sockets", process.name());
    assert_eq!(process.status("NoNewPrivs"), "1", "{}: rights", process.name());
    assert!(!process.may_dump_core(), "{}: no core dump", process.name());
}
