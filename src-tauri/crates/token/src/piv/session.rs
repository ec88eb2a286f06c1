//! What the SDK does not parse strictly enough, and what its errors mean.

use secret::SecretText;
use yubikit::core::Version;
use yubikit::piv::{PivError, PivPin};
use yubikit::smartcard::{SmartCardConnection, SmartCardError};

use super::{Loss, PivToken};
use crate::token::{Asks, Firmware, Slot, SlotState};
use crate::{Counting, PinState, PublicKey, TokenError, Trace, tlv};

/// The key reference of the PIN (SP 800-73-5 part 1, table 4).
pub(super) const PIN: u8 = 0x80;
/// The key reference of the PUK.
pub(super) const PUK: u8 = 0x81;
/// The key reference of the management key.
pub(super) const MANAGEMENT: u8 = 0x9b;

/// Every slot for a key of a person (SP 800-73-5 part 1, table 4); not F9, which is the maker's.
const SLOTS: [u8; 24] = [
    0x9a, 0x9c, 0x9d, 0x9e, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8d,
    0x8e, 0x8f, 0x90, 0x91, 0x92, 0x93, 0x94, 0x95,
];
const GET_METADATA: u8 = 0xf7;
const REFERENCE_NOT_FOUND: u16 = 0x6a88;
const P256: u8 = 0x11;
const ORIGIN_GENERATED: u8 = 1;

impl<C: SmartCardConnection> PivToken<C> {
    /// Sends a command without data.
    pub(super) fn command(
        &mut self,
        doing: &'static str,
        ins: u8,
        p1: u8,
        p2: u8,
    ) -> Result<Vec<u8>, TokenError> {
        self.command_with(doing, ins, p1, p2, &[])
    }

    /// Sends a command with data, none of which is secret.
    pub(super) fn command_with(
        &mut self,
        doing: &'static str,
        ins: u8,
        p1: u8,
        p2: u8,
        data: &[u8],
    ) -> Result<Vec<u8>, TokenError> {
        let answer = self.session.protocol_mut().send_apdu(0, ins, p1, p2, data);
        answer.map_err(|error| failed(doing, error.into()))
    }

    /// The tries and the default flag of PIN or PUK.
    pub(super) fn reference_state(&mut self, reference: u8) -> Result<PinState, TokenError> {
        const DOING: &str = "tell the state of its PIN";
        let answer = self.command(DOING, GET_METADATA, 0, reference)?;
        let state = tlv::parse(&answer).and_then(|objects| {
            let &[tries_total, tries_left] = tlv::find(&objects, 0x06)? else { return None };
            let is_default = is_default(&objects)?;
            let counting = Counting::Exact;
            Some(PinState { tries_left, tries_total, counting, is_default })
        });
        state.ok_or(TokenError::Nonsense { doing: DOING })
    }

    /// Whether the management key is still the factory's.
    pub(super) fn is_management_default(&mut self) -> Result<bool, TokenError> {
        const DOING: &str = "tell the state of its management key";
        let answer = self.command(DOING, GET_METADATA, 0, MANAGEMENT)?;
        let flag = tlv::parse(&answer).and_then(|objects| is_default(&objects));
        flag.ok_or(TokenError::Nonsense { doing: DOING })
    }

    /// Everything that can be seen without a PIN and is not as the factory left it.
    pub(super) fn all_traces(&mut self) -> Result<Vec<Trace>, TokenError> {
        let mut traces = Vec::new();
        for (reference, trace) in [(PIN, Trace::Pin), (PUK, Trace::Puk)] {
            let state = self.reference_state(reference)?;
            if !state.is_default || state.tries_left == 0 {
                traces.push(trace);
            }
        }
        if !self.is_management_default()? {
            traces.push(Trace::ManagementKey);
        }
        for slot in SLOTS {
            match self.command("describe a key", GET_METADATA, 0, slot) {
                Ok(_) => traces.push(Trace::Key(slot)),
                Err(TokenError::Refused { status: REFERENCE_NOT_FOUND, .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(traces)
    }

    /// The key in a slot; none if there is none.
    pub(super) fn slot_state(&mut self, slot: Slot) -> Result<Option<SlotState>, TokenError> {
        const DOING: &str = "describe a key";
        let answer = match self.command(DOING, GET_METADATA, 0, slot_of(slot) as u8) {
            Err(TokenError::Refused { status: REFERENCE_NOT_FOUND, .. }) => return Ok(None),
            answer => answer?,
        };
        let state = tlv::parse(&answer).and_then(|objects| {
            let &[algorithm] = tlv::find(&objects, 0x01)? else { return None };
            let &[pin, touch] = tlv::find(&objects, 0x02)? else { return None };
            let &[origin] = tlv::find(&objects, 0x03)? else { return None };
            let key = match algorithm {
                P256 => Some(parse_point(tlv::find(&objects, 0x04)?)?),
                _ => None,
            };
            let is_generated = origin == ORIGIN_GENERATED;
            let (pin, touch) = (pin_policy(pin), touch_policy(touch));
            let is_guarded = (pin, touch) == (Asks::Always, Asks::Always);
            Some(SlotState { key, is_generated, is_guarded, pin, touch })
        });
        state.map(Some).ok_or(TokenError::Nonsense { doing: DOING })
    }
}

/// The certificate in its data object, if it is not compressed: a token could answer with a
/// compressed one that has no end, and Yubico's is not.
pub(super) fn certificate(object: &[u8]) -> Option<Vec<u8>> {
    let parts = tlv::parse(object)?;
    let is_plain = matches!(tlv::find(&parts, 0x71), None | Some([0]));
    let certificate = tlv::find(&parts, 0x70).filter(|der| is_plain && !der.is_empty())?;
    Some(certificate.to_vec())
}

fn pin_policy(number: u8) -> Asks {
    match number {
        1 => Asks::Never,
        2 => Asks::Once,
        3 => Asks::Always,
        _ => Asks::Unknown,
    }
}

fn touch_policy(number: u8) -> Asks {
    match number {
        1 => Asks::Never,
        2 => Asks::Always,
        3 => Asks::Cached,
        _ => Asks::Unknown,
    }
}

fn parse_point(value: &[u8]) -> Option<PublicKey> {
    PublicKey::from_bytes(tlv::only(value, 0x86)?)
}

fn is_default(objects: &[(u32, &[u8])]) -> Option<bool> {
    match tlv::find(objects, 0x05)? {
        [flag] => Some(*flag != 0),
        _ => None,
    }
}

pub(super) fn slot_of(slot: Slot) -> yubikit::piv::Slot {
    match slot {
        Slot::Signature => yubikit::piv::Slot::Signature,
        Slot::KeyAgreement => yubikit::piv::Slot::KeyManagement,
    }
}

pub(super) fn firmware(version: Version) -> Firmware {
    Firmware(version.0, version.1, version.2)
}

/// The PIN as the SDK takes it; it wipes its copy.
pub(super) fn pin_text(text: &SecretText) -> Result<PivPin, TokenError> {
    let reason = "it must have 1 to 8 characters";
    PivPin::new(text.expose()).map_err(|_| TokenError::PinUnsuitable { what: "PIN", reason })
}

/// Whether the token refused with this status word.
pub(super) fn refused_with(error: &PivError, status: u16) -> bool {
    matches!(error, PivError::Connection(SmartCardError::Apdu { sw, .. }) if *sw == status)
}

/// What an error of the SDK means; carries no bytes of commands or answers.
pub(super) fn failed(doing: &'static str, error: PivError) -> TokenError {
    match error {
        PivError::Connection(SmartCardError::Apdu { sw: status, .. }) => {
            TokenError::Refused { doing, status }
        }
        PivError::Connection(SmartCardError::ApplicationNotAvailable) => TokenError::NoPiv,
        PivError::Connection(SmartCardError::Transport(error)) => {
            match error.downcast_ref::<Loss>() {
                Some(loss) => (*loss).into(),
                None => TokenError::Unreachable { reason: error.to_string() },
            }
        }
        PivError::InvalidPin(_) => TokenError::Refused { doing, status: 0x6983 },
        _ => TokenError::Nonsense { doing },
    }
}
