//! WebKit's driver: the remote control that opens a window and hands over its page.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use fantoccini::ClientBuilder;
use fantoccini::error::NewSessionError;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, json};
use tokio::net::TcpStream;

use super::display::Display;
use super::group::Group;
use super::home::Home;
use super::page::Page;
use super::process::{Process, below};
use super::{keep, wait_for, within};

/// A running driver; it ends with the value, and so does every window it opened.
pub(crate) struct Driver {
    port: u16,
    log: PathBuf,
    program: Group,
}

impl Driver {
    /// Starts the driver of the test `name` on a free port and waits until it listens.
    pub(crate) async fn start(name: &str, home: &Home, display: &Display) -> Self {
        let port = free_port();
        let log = keep("window-logs", &format!("{name}.log"));
        let file = File::create(&log).expect("a log");
        let mut command = Group::command("WebKitWebDriver");
        command.args(["--host=127.0.0.1", &format!("--port={port}")]);
        command.env("TAURI_WEBVIEW_AUTOMATION", "true");
        home.furnish(&mut command);
        display.lend(&mut command);
        command.stdout(file.try_clone().expect("a log")).stderr(file);
        let program = Group::start(command);
        let listens = async || TcpStream::connect(("127.0.0.1", port)).await.ok();
        wait_for("WebKitWebDriver listens (package webkit2gtk-driver)", listens).await;
        Self { port, log, program }
    }

    /// The driver and everything that it started.
    pub(super) fn processes(&self) -> Vec<Process> {
        below(self.program.leader.id())
    }

    /// Starts `program` and returns its page.
    pub(crate) async fn open(&self, program: &Path, arguments: &[&str]) -> Page {
        match within("a window opens", self.try_open(program, arguments)).await {
            Ok(page) => page,
            Err(error) => panic!("no window: {error}; see {}", self.log.display()),
        }
    }

    /// Starts `program`; fails when it does not let itself be driven.
    ///
    /// # Errors
    /// Those of the driver.
    pub(crate) async fn try_open(
        &self,
        program: &Path,
        arguments: &[&str],
    ) -> Result<Page, NewSessionError> {
        let browser = json!({ "binary": program, "args": arguments });
        let wanted = Map::from_iter([("webkitgtk:browserOptions".to_owned(), browser)]);
        let address = format!("http://127.0.0.1:{}", self.port);
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(wanted).connect(&address).await.map(Page::new)
    }
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}
