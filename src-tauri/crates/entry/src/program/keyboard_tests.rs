use x11rb::protocol::xkb::KTMapEntry;
use x11rb::protocol::xproto::ModMask;

use super::*;

const SHIFT: u16 = 1;
const LOCK: u16 = 2;
const CONTROL: u16 = 4;
const LEVEL_THREE: u16 = 0x80;
const SECOND_GROUP: u16 = 1 << 13;

fn entry(modifiers: u16, level: u8) -> KTMapEntry {
    KTMapEntry {
        active: true,
        mods_mask: ModMask::from(modifiers),
        level,
        mods_mods: ModMask::from(modifiers),
        mods_vmods: 0_u16.into(),
    }
}

/// Letters with Shift and Lock (0), and keys with Shift and the third level (1).
fn types() -> Vec<KeyType> {
    let kind = |mask: u16, map: Vec<KTMapEntry>| KeyType {
        mods_mask: ModMask::from(mask),
        mods_mods: ModMask::from(mask),
        mods_vmods: 0_u16.into(),
        num_levels: 4,
        has_preserve: false,
        map,
        preserve: Vec::new(),
    };
    vec![
        kind(SHIFT | LOCK, vec![entry(SHIFT, 1), entry(LOCK, 1)]),
        kind(SHIFT | LEVEL_THREE, vec![entry(SHIFT, 1), entry(LEVEL_THREE, 2)]),
    ]
}

fn key(kind: u8, groups: u8, width: u8, symbols: &[Keysym]) -> KeySymMap {
    let syms = symbols.iter().map(|symbol| symbol.raw()).collect();
    KeySymMap { kt_index: [kind; 4], group_info: groups, width, syms }
}

fn keyboard() -> Keyboard {
    let latin_and_greek = [Keysym::q, Keysym::Q, Keysym::Greek_alpha, Keysym::Greek_ALPHA];
    Keyboard {
        first_code: 8,
        types: types(),
        keys: vec![
            key(0, 2, 2, &latin_and_greek),
            key(1, 1, 3, &[Keysym::_2, Keysym::quotedbl, Keysym::twosuperior]),
            key(1, 1, 3, &[Keysym::Tab, Keysym::ISO_Left_Tab, Keysym::NoSymbol]),
            key(0, 1, 2, &[Keysym::Caps_Lock, Keysym::Caps_Lock]),
            key(0, 0, 0, &[]),
        ],
    }
}

fn press(code: u8, state: u16) -> Press {
    keyboard().press(&KeyPressEvent {
        response_type: 2,
        detail: code,
        sequence: 0,
        time: 0,
        root: 0,
        event: 0,
        child: 0,
        root_x: 0,
        root_y: 0,
        event_x: 0,
        event_y: 0,
        state: state.into(),
        same_screen: true,
    })
}

#[test]
fn the_level_and_the_group_choose_the_symbol() {
    let character = |code, state| press(code, state).key;
    assert_eq!(character(8, 0), Some(Key::Char('q')));
    assert_eq!(character(8, SHIFT), Some(Key::Char('Q')));
    assert_eq!(character(8, LOCK), Some(Key::Char('Q')));
    assert_eq!(character(8, SECOND_GROUP), Some(Key::Char('α')));
    assert_eq!(character(8, 2 * SECOND_GROUP), Some(Key::Char('q')), "a third group wraps around");
    assert_eq!(character(9, LEVEL_THREE), Some(Key::Char('²')));
    assert_eq!(character(9, LOCK), Some(Key::Char('2')), "a lock that the key does not know");
}

#[test]
fn shift_and_tab_go_back() {
    assert_eq!(press(10, 0).key, Some(Key::Tab));
    assert_eq!(press(10, SHIFT).key, Some(Key::BackTab));
}

#[test]
fn no_shortcut_is_a_character() {
    assert_eq!(press(8, CONTROL).key, None);
    assert_eq!(press(8, 0x08).key, None);
    assert_eq!(press(8, 0x40).key, None);
}

#[test]
fn keys_without_symbols_and_codes_without_keys_mean_nothing() {
    for code in [0, 7, 12, 13, 255] {
        assert_eq!(press(code, 0).key, None, "{code}");
    }
}

#[test]
fn the_lock_of_capitals_is_known_as_soon_as_it_is_pressed() {
    assert!(press(11, 0).has_caps);
    assert!(!press(11, LOCK).has_caps);
    assert!(press(8, LOCK).has_caps);
}
