//! From the code of a key to what it means, by the keyboard map of the display (XKB).
//!
//! The map is asked for once and again whenever it changes. A key's symbol is found as XKB says:
//! the group of the event chooses the key's type, and the modifiers that the type knows choose the
//! level. No input method takes part (entry-1 E18).

use x11rb::connection::RequestConnection;
use x11rb::errors::ReplyError;
use x11rb::protocol::xkb::{self, ConnectionExt as _, KeySymMap, KeyType};
use x11rb::protocol::xproto::{KeyButMask, KeyPressEvent};
use xkeysym::Keysym;

use crate::asking::Key;

/// The keyboard that every display has.
const CORE_KEYBOARD: u16 = 0x100;

/// The map of the keyboard.
pub(crate) struct Keyboard {
    first_code: u8,
    types: Vec<KeyType>,
    keys: Vec<KeySymMap>,
}

/// A press of a key, understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Press {
    /// What it means to a form; none for keys that mean nothing here.
    pub(crate) key: Option<Key>,
    /// Whether capitals are locked after it.
    pub(crate) has_caps: bool,
}

impl Keyboard {
    /// Asks the display for its map.
    ///
    /// # Errors
    ///
    /// The display has no XKB, or is gone.
    pub(crate) fn of(connection: &impl RequestConnection) -> Result<Self, ReplyError> {
        connection.xkb_use_extension(1, 0)?.reply()?;
        let parts = xkb::MapPart::KEY_TYPES | xkb::MapPart::KEY_SYMS;
        let nothing = xkb::MapPart::from(0_u16);
        let map = connection
            .xkb_get_map(
                CORE_KEYBOARD,
                parts,
                nothing,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                xkb::VMod::from(0_u16),
                0,
                0,
                0,
                0,
                0,
                0,
            )?
            .reply()?;
        Ok(Self {
            first_code: map.first_key_sym,
            types: map.map.types_rtrn.unwrap_or_default(),
            keys: map.map.syms_rtrn.unwrap_or_default(),
        })
    }

    /// What a press means.
    pub(crate) fn press(&self, event: &KeyPressEvent) -> Press {
        let state = u16::from(event.state);
        let was_locked = state & u16::from(KeyButMask::LOCK) != 0;
        let Some((symbol, used)) = self.symbol(event.detail, state) else {
            return Press { key: None, has_caps: was_locked };
        };
        let is_lock = symbol == Keysym::Caps_Lock;
        let has_caps = was_locked != is_lock;
        Press { key: meaning(symbol, state & !used), has_caps }
    }

    /// The symbol of a key, and the modifiers that chose it.
    fn symbol(&self, code: u8, state: u16) -> Option<(Keysym, u16)> {
        let key = self.keys.get(usize::from(code.checked_sub(self.first_code)?))?;
        let groups = usize::from(key.group_info & 0x0f);
        // Bits 13 and 14 hold the group; one that the key does not have wraps around.
        let group = usize::from(state >> 13 & 3).checked_rem(groups)?;
        let kind = self.types.get(usize::from(key.kt_index[group]))?;
        let used = u16::from(kind.mods_mask) & 0xff;
        let entry = kind
            .map
            .iter()
            .find(|entry| entry.active && u16::from(entry.mods_mask) & 0xff == state & used);
        let level = entry.map_or(0, |entry| usize::from(entry.level));
        let symbol = key.syms.get(group * usize::from(key.width) + level)?;
        Some((Keysym::from(*symbol), used))
    }
}

/// What a symbol means, with the modifiers that did not choose it.
fn meaning(symbol: Keysym, unused: u16) -> Option<Key> {
    let has = |mask: KeyButMask| unused & u16::from(mask) != 0;
    Some(match symbol {
        Keysym::Return | Keysym::KP_Enter => Key::Enter,
        Keysym::Escape => Key::Escape,
        Keysym::ISO_Left_Tab => Key::BackTab,
        Keysym::Tab if has(KeyButMask::SHIFT) => Key::BackTab,
        Keysym::Tab => Key::Tab,
        Keysym::BackSpace | Keysym::Delete => Key::Backspace,
        Keysym::Left | Keysym::KP_Left => Key::Left,
        Keysym::Right | Keysym::KP_Right => Key::Right,
        Keysym::Up | Keysym::KP_Up => Key::Up,
        Keysym::Down | Keysym::KP_Down => Key::Down,
        // There are no shortcuts, least of all for a clipboard (entry-1 E18).
        _ if has(KeyButMask::CONTROL) || has(KeyButMask::MOD1) || has(KeyButMask::MOD4) => {
            return None;
        }
        symbol => Key::Char(symbol.key_char().filter(|character| !character.is_control())?),
    })
}

#[cfg(test)]
#[path = "keyboard_tests.rs"]
mod tests;
