//! A display of its own for each test, and what stands on it.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter};
use std::path::Path;
use std::process::{Command, Stdio};

use x11rb::CURRENT_TIME;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, ImageFormat, MapState, Window,
};
use x11rb::rust_connection::RustConnection;

use super::group::Group;
use super::wait_for;

/// The size of the display, in pixels.
const WIDTH: u16 = 1280;
const HEIGHT: u16 = 900;

/// A running X server without a screen; it ends with the value.
pub(crate) struct Display {
    name: String,
    _server: Group,
}

impl Display {
    /// Starts a server under the first free number.
    pub(crate) fn open() -> Self {
        let mut command = Group::command("Xvfb");
        let size = format!("{WIDTH}x{HEIGHT}x24");
        command.args(["-displayfd", "1", "-screen", "0", &size, "-nolisten", "tcp", "-ac"]);
        // Otherwise it starts anew whenever the last program leaves, and whoever comes then fails.
        command.arg("-noreset");
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut server = Group::start(command);
        let mut number = String::new();
        let output = server.leader.stdout.take().expect("piped");
        // The server writes its number when it is ready, or closes the pipe when it cannot start.
        BufReader::new(output).read_line(&mut number).expect("a line");
        assert!(!number.trim().is_empty(), "Xvfb did not start: is the package xvfb installed?");
        Self { name: format!(":{}", number.trim()), _server: server }
    }

    /// Lets `command` show its windows here.
    pub(crate) fn lend(&self, command: &mut Command) {
        command.env("DISPLAY", &self.name);
    }

    /// Waits until a window called `title` is shown.
    pub(crate) async fn wait_for(&self, title: &str) {
        let find = async || self.find(title).map(drop);
        wait_for(&format!("a window called {title}"), find).await;
    }

    /// Waits until the page is painted: text and pictures have many colours, a blank page has few.
    pub(crate) async fn wait_for_paint(&self) {
        let painted = async || (self.colours() > 50).then_some(());
        wait_for("the page is painted", painted).await;
    }

    /// Waits until the entry window is shown and its title ends in `end`.
    pub(crate) async fn wait_for_entry(&self, end: &str) {
        let find = async || self.entry().filter(|title| title.ends_with(end)).map(drop);
        wait_for(&format!("an entry window that says {end}"), find).await;
    }

    /// Waits until no entry window is shown any more.
    pub(crate) async fn wait_until_no_entry(&self) {
        let gone = async || self.entry().is_none().then_some(());
        wait_for("the entry window closes", gone).await;
    }

    /// The title of the entry window, if one is shown: it says more than the program's name.
    pub(crate) fn entry(&self) -> Option<String> {
        let (server, root) = self.connect();
        let name = server.intern_atom(false, b"_NET_WM_NAME").ok()?.reply().ok()?.atom;
        let shown = server.query_tree(root).ok()?.reply().ok()?.children;
        shown.into_iter().find_map(|window| {
            let state = server.get_window_attributes(window).ok()?.reply().ok()?.map_state;
            let title = server.get_property(false, window, name, AtomEnum::ANY, 0, 1024).ok()?;
            let title = String::from_utf8(title.reply().ok()?.value).ok()?;
            let is_entry = title.starts_with("Strongroom: ");
            (state == MapState::VIEWABLE && is_entry).then_some(title)
        })
    }

    /// Asks the window called `title` to close, as the button of a desktop does.
    pub(crate) fn close(&self, title: &str) {
        let (server, window) = self.find(title).expect("a window");
        let atom = |name: &str| {
            let reply = server.intern_atom(false, name.as_bytes()).expect("sent").reply();
            reply.expect("an atom").atom
        };
        let words = [atom("WM_DELETE_WINDOW"), CURRENT_TIME, 0, 0, 0];
        let request = ClientMessageEvent::new(32, window, atom("WM_PROTOCOLS"), words);
        let sent = server.send_event(false, window, EventMask::NO_EVENT, request).expect("sent");
        sent.check().expect("taken");
    }

    /// The shown window called `title`, and the connection it was found by.
    fn find(&self, title: &str) -> Option<(RustConnection, Window)> {
        let (server, root) = self.connect();
        let mut open = vec![root];
        while let Some(window) = open.pop() {
            if has_title(&server, window, title).unwrap_or(false) {
                return Some((server, window));
            }
            // A window may go while it is looked at.
            let tree = server.query_tree(window).ok().and_then(|tree| tree.reply().ok());
            open.extend(tree.map(|tree| tree.children).unwrap_or_default());
        }
        None
    }

    /// How many colours the display shows.
    fn colours(&self) -> usize {
        self.pixels().chunks_exact(4).collect::<BTreeSet<_>>().len()
    }

    /// Keeps a picture of all that the display shows, windows that are no pages among it.
    pub(crate) fn picture(&self, path: &Path) {
        let file = File::create(path).expect("a file");
        let mut encoder = png::Encoder::new(BufWriter::new(file), WIDTH.into(), HEIGHT.into());
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let rows = self.pixels();
        let colours: Vec<u8> =
            rows.chunks_exact(4).flat_map(|pixel| [pixel[2], pixel[1], pixel[0]]).collect();
        let mut writer = encoder.write_header().expect("written");
        writer.write_image_data(&colours).expect("written");
    }

    /// Four bytes for each pixel: blue, green, red, nothing.
    fn pixels(&self) -> Vec<u8> {
        let (server, root) = self.connect();
        let picture = server.get_image(ImageFormat::Z_PIXMAP, root, 0, 0, WIDTH, HEIGHT, u32::MAX);
        picture.expect("sent").reply().expect("a picture").data
    }

    pub(super) fn connect(&self) -> (RustConnection, Window) {
        let (server, screen) = RustConnection::connect(Some(&self.name)).expect("a server");
        let root = server.setup().roots[screen].root;
        (server, root)
    }
}

/// Whether `window` is shown and called `title`; `None` when it has just gone.
fn has_title(server: &RustConnection, window: Window, title: &str) -> Option<bool> {
    let (kind, any) = (AtomEnum::WM_NAME, AtomEnum::ANY);
    let name = server.get_property(false, window, kind, any, 0, 256).ok()?.reply().ok()?;
    let state = server.get_window_attributes(window).ok()?.reply().ok()?.map_state;
    Some(state == MapState::VIEWABLE && name.value == title.as_bytes())
}
