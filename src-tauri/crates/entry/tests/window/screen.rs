//! A display of our own, the keys of a person before it, and what the window says in its title.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ChangeWindowAttributesAux,
    ConnectionExt as _, EventMask, ImageFormat, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

pub(crate) const ENTER: u32 = 0xff0d;
pub(crate) const ESCAPE: u32 = 0xff1b;
pub(crate) const TAB: u32 = 0xff09;
pub(crate) const BACKSPACE: u32 = 0xff08;
const SHIFT: u32 = 0xffe1;
const CONTROL: u32 = 0xffe3;

/// How long anything may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(10);

/// An X server without a monitor, and a connection that types.
pub(crate) struct Screen {
    server: Child,
    pub(crate) display: String,
    connection: RustConnection,
    root: Window,
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Screen {
    /// A screen of `size` (such as `1280x1024`); none, with a note, where there is no Xvfb.
    pub(crate) fn start(test: &str, size: &str) -> Option<Self> {
        let started = Command::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp", "-ac", "-screen", "0"])
            .arg(format!("{size}x24"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut server) = started else {
            strongroom_tests::skip(test, "Xvfb is not installed (package xvfb)");
            return None;
        };
        let mut number = String::new();
        BufReader::new(server.stdout.as_mut().unwrap()).read_line(&mut number).unwrap();
        let display = format!(":{}", number.trim());
        let (connection, _) = x11rb::connect(Some(&display)).unwrap();
        let root = connection.setup().roots[0].root;
        let watch = ChangeWindowAttributesAux::new().event_mask(EventMask::SUBSTRUCTURE_NOTIFY);
        connection.change_window_attributes(root, &watch).unwrap().check().unwrap();
        Some(Self { server, display, connection, root })
    }

    /// Waits for the window to appear and to listen: its title comes with its first picture.
    pub(crate) fn window(&self) -> Window {
        let window = self.wait("a window", |event| match event {
            Event::MapNotify(event) => Some(event.window),
            _ => None,
        });
        let watch = ChangeWindowAttributesAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        self.connection.change_window_attributes(window, &watch).unwrap().check().unwrap();
        self.wait_for_title(window, |title| title.starts_with("Strongroom"));
        window
    }

    /// Waits until the window is gone.
    pub(crate) fn wait_until_gone(&self, window: Window) {
        self.wait("the end of the window", |event| match event {
            Event::DestroyNotify(event) if event.window == window => Some(()),
            _ => None,
        });
    }

    /// Waits until the title of the window ends in `end`, and returns it.
    pub(crate) fn wait_for_end(&self, window: Window, end: &str) -> String {
        self.wait_for_title(window, |title| title.ends_with(end))
    }

    fn wait_for_title(&self, window: Window, is_wanted: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let title = self.title(window);
            if is_wanted(&title) {
                return title;
            }
            // An event that is here already may be the change; only without one there is a wait.
            if self.connection.poll_for_event().unwrap().is_none() {
                assert!(self.wait_readable(deadline), "another title: {title:?}");
            }
        }
    }

    fn title(&self, window: Window) -> String {
        let name = self.connection.intern_atom(false, b"_NET_WM_NAME").unwrap();
        let name = name.reply().unwrap().atom;
        let property = self.connection.get_property(false, window, name, AtomEnum::ANY, 0, 1024);
        String::from_utf8(property.unwrap().reply().unwrap().value).unwrap()
    }

    /// Types characters of a keyboard of the United States.
    pub(crate) fn type_text(&self, text: &str) {
        text.chars().for_each(|character| self.press(character as u32));
    }

    /// Presses and releases the key of a symbol.
    pub(crate) fn press(&self, symbol: u32) {
        let (code, is_shifted) = self.code(symbol);
        let shift = is_shifted.then(|| self.code(SHIFT).0);
        shift.iter().for_each(|shift| self.fake(KEY_PRESS_EVENT, *shift));
        self.fake(KEY_PRESS_EVENT, code);
        self.fake(KEY_RELEASE_EVENT, code);
        shift.iter().for_each(|shift| self.fake(KEY_RELEASE_EVENT, *shift));
        self.connection.flush().unwrap();
    }

    /// Presses a key while Control is held.
    pub(crate) fn press_with_control(&self, character: char) {
        self.fake(KEY_PRESS_EVENT, self.code(CONTROL).0);
        self.press(character as u32);
        self.fake(KEY_RELEASE_EVENT, self.code(CONTROL).0);
        self.connection.flush().unwrap();
    }

    /// Clicks with a button of the mouse at a place of the window.
    pub(crate) fn click(&self, window: Window, (x, y): (i16, i16), button: u8) {
        let none = x11rb::NONE;
        self.connection.warp_pointer(none, window, 0, 0, 0, 0, x, y).unwrap();
        self.fake(BUTTON_PRESS_EVENT, button);
        self.fake(BUTTON_RELEASE_EVENT, button);
        self.connection.flush().unwrap();
    }

    fn fake(&self, kind: u8, detail: u8) {
        let root = self.root;
        self.connection.xtest_fake_input(kind, detail, 0, root, 0, 0, 0).unwrap();
    }

    /// The key of a symbol, and whether it needs Shift.
    fn code(&self, symbol: u32) -> (u8, bool) {
        let setup = self.connection.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let map = self.connection.get_keyboard_mapping(first, last - first + 1).unwrap();
        let map = map.reply().unwrap();
        let rows = map.keysyms.chunks(map.keysyms_per_keycode.into());
        let found = (first..=last).zip(rows).find_map(|(code, row)| {
            let level = row.iter().take(2).position(|found| *found == symbol)?;
            Some((code, level == 1))
        });
        found.unwrap_or_else(|| panic!("no key makes {symbol:#x}"))
    }

    /// Keeps what is on the screen in the folder that `STRONGROOM_PICTURES` names, to be looked at.
    pub(crate) fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("STRONGROOM_PICTURES") else { return };
        let screen = &self.connection.setup().roots[0];
        let (width, height) = (screen.width_in_pixels, screen.height_in_pixels);
        let format = ImageFormat::Z_PIXMAP;
        let image = self.connection.get_image(format, self.root, 0, 0, width, height, !0).unwrap();
        let mut file = format!("P6 {width} {height} 255\n").into_bytes();
        for pixel in image.reply().unwrap().data.chunks_exact(4) {
            file.extend([pixel[2], pixel[1], pixel[0]]);
        }
        std::fs::write(std::path::Path::new(&folder).join(format!("{name}.ppm")), file).unwrap();
    }

    fn wait<T>(&self, what: &str, mut find: impl FnMut(&Event) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            while let Some(event) = self.connection.poll_for_event().unwrap() {
                if let Some(found) = find(&event) {
                    return found;
                }
            }
            assert!(self.wait_readable(deadline), "waited too long for {what}");
        }
    }

    fn wait_readable(&self, deadline: Instant) -> bool {
        let left = deadline.saturating_duration_since(Instant::now());
        let left = Timespec { tv_sec: left.as_secs().try_into().unwrap(), tv_nsec: 0 };
        let mut fds = [PollFd::new(self.connection.stream(), PollFlags::IN)];
        poll(&mut fds, Some(&left)).unwrap() > 0
    }
}
