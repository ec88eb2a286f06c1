//! The keys of a person in front of the entry window.

use x11rb::NONE;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt as _, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, Window};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

use super::display::Display;
use super::wait_for;

/// Symbols of keys that are no characters.
const ENTER: u32 = 0xff0d;
const TAB: u32 = 0xff09;
const SPACE: u32 = 0x20;

/// A keyboard at a display.
pub(crate) struct Typist {
    server: RustConnection,
    root: Window,
}

impl Typist {
    /// Sits down in front of `display`.
    pub(crate) fn at(display: &Display) -> Self {
        let (server, root) = display.connect();
        Self { server, root }
    }

    /// Answers the entry window that is shown: chooses `pin` where a new one is asked for, types it
    /// where the old one is. A new PUK is the PIN read backwards.
    pub(crate) async fn answer(&self, display: &Display, pin: &str) {
        display.wait_for_entry("0 characters").await;
        let title = display.entry().unwrap_or_default();
        let is_puk = title.contains("New PUK");
        let text = if is_puk { pin.chars().rev().collect() } else { pin.to_owned() };
        self.write(&text);
        if is_puk || title.contains("New PIN") {
            self.press(TAB);
            self.write(&text);
        }
        self.press(ENTER);
        display.wait_until_no_entry().await;
    }

    /// As [`answer`](Self::answer); where the words of a sheet are asked for, types `words`.
    pub(crate) async fn answer_with(&self, display: &Display, pin: &str, words: &[String]) {
        let asks_words = async || display.entry().map(|title| title.contains("word 1"));
        if !wait_for("an entry window", asks_words).await {
            return self.answer(display, pin).await;
        }
        for word in words {
            self.write(word);
            self.press(SPACE);
        }
        display.wait_for_entry("33 of 33 typed").await;
        self.press(ENTER);
        display.wait_until_no_entry().await;
    }

    /// Types characters that a keyboard of the United States has without Shift.
    fn write(&self, text: &str) {
        text.chars().for_each(|character| self.press(character as u32));
    }

    fn press(&self, symbol: u32) {
        let code = self.code(symbol);
        for kind in [KEY_PRESS_EVENT, KEY_RELEASE_EVENT] {
            let typed = self.server.xtest_fake_input(kind, code, NONE, self.root, 0, 0, 0);
            typed.expect("sent").check().expect("typed");
        }
        self.server.flush().expect("sent");
    }

    /// The key that makes `symbol`.
    fn code(&self, symbol: u32) -> u8 {
        let setup = self.server.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let map = self.server.get_keyboard_mapping(first, last - first + 1).expect("sent");
        let map = map.reply().expect("a keyboard");
        let mut rows = map.keysyms.chunks(map.keysyms_per_keycode.into());
        let place = rows.position(|row| row.first() == Some(&symbol));
        let place = place.unwrap_or_else(|| panic!("no key makes {symbol:#x}"));
        first + u8::try_from(place).expect("a keyboard has at most 256 keys")
    }
}
