//! The card: its state, and how commands reach its parts.

use std::collections::BTreeMap;
use std::fmt;

use p256::SecretKey;
use p256::elliptic_curve::Generate;
use rand_chacha::ChaCha20Rng;
use rand_core::{CryptoRng, SeedableRng};

use super::apdu::{
    Answer, BLOCKED, CONDITIONS, Command, NO_INSTRUCTION, NO_REFERENCE, NOT_FOUND, NOT_SATISFIED,
    OK, Status, WRONG_DATA, WRONG_PARAMETERS,
};
use super::device;
use super::fault::Faults;
use super::key::SlotKey;
use super::management::ManagementKey;
use super::reference::{self, Reference};
use super::{TouchAnswer, TouchPolicy};
use crate::pin::{DEFAULT_PIN, DEFAULT_PUK};
use crate::{Firmware, Loss, Serial, tlv};

/// The application identifier of PIV; prefixes from five bytes on select it too.
const PIV_AID: [u8; 11] = [0xa0, 0, 0, 3, 8, 0, 0, 0x10, 0, 1, 0];

/// Bytes that a short answer holds.
const SHORT_ANSWER: usize = 256;

/// The longest command a chain may add up to.
const MAX_CHAIN: usize = 4096;

/// Tries of PIN and PUK as they leave the factory.
const TRIES: u8 = 3;

/// The whole card.
pub(super) struct Card {
    pub(super) serial: Serial,
    pub(super) firmware: Firmware,
    pub(super) pin: Reference,
    pub(super) puk: Reference,
    pub(super) management: ManagementKey,
    pub(super) slots: BTreeMap<u8, SlotKey>,
    pub(super) objects: BTreeMap<u32, Vec<u8>>,
    pub(super) attestation_key: SecretKey,
    pub(super) rng: ChaCha20Rng,
    pub(super) touch: TouchPolicy,
    pub(super) power: Power,
    pub(super) commands: u32,
    faults: Faults,
    is_inserted: bool,
    insertion: u32,
}

/// What commands are for, until another application is selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Application {
    /// Keys, PIN and certificates.
    Piv,
    /// What the token is.
    Device,
}

/// What the card knows only while it has power.
#[derive(Debug, Default)]
pub(super) struct Power {
    selected: Option<Application>,
    /// The PIN was verified since power came.
    pub(super) is_pin_verified: bool,
    /// The PIN was verified by the command directly before this one.
    pub(super) is_pin_fresh: bool,
    /// The management key was shown.
    pub(super) is_managed: bool,
    /// What the next command of mutual authentication must decrypt.
    pub(super) witness: Option<Vec<u8>>,
    chain: Vec<u8>,
    rest: Vec<u8>,
}

impl Card {
    /// A card as it leaves the factory.
    pub(super) fn new(serial: Serial, firmware: Firmware, rng: &mut dyn CryptoRng) -> Self {
        let mut rng = seeded(rng);
        let attestation_key = SecretKey::generate_from_rng(&mut rng);
        Self::assemble(serial, firmware, attestation_key, rng)
    }

    pub(super) fn assemble(
        serial: Serial,
        firmware: Firmware,
        attestation_key: SecretKey,
        rng: ChaCha20Rng,
    ) -> Self {
        Self {
            serial,
            firmware,
            pin: Reference::new(DEFAULT_PIN, TRIES),
            puk: Reference::new(DEFAULT_PUK, TRIES),
            management: ManagementKey::factory(),
            slots: BTreeMap::new(),
            objects: BTreeMap::new(),
            attestation_key,
            rng,
            touch: Box::new(|_| TouchAnswer::Touched),
            power: Power::default(),
            commands: 0,
            faults: Faults::default(),
            is_inserted: true,
            insertion: 1,
        }
    }

    /// Power off and on; returns the number of this insertion.
    pub(super) fn insert(&mut self) -> u32 {
        self.power = Power::default();
        self.is_inserted = true;
        self.insertion += 1;
        self.insertion
    }

    pub(super) fn remove(&mut self) {
        self.power = Power::default();
        self.is_inserted = false;
    }

    pub(super) fn arm(&mut self, faults: Faults) {
        self.faults = faults;
        self.commands = 0;
    }

    /// Takes one command from the connection of `insertion`.
    pub(super) fn transmit(
        &mut self,
        bytes: &[u8],
        insertion: u32,
    ) -> Result<(Vec<u8>, u16), Loss> {
        if !self.is_inserted || insertion != self.insertion {
            return Err(Loss::Removed);
        }
        self.commands += 1;
        let now = Some(self.commands);
        if self.faults.remove_before == now {
            self.remove();
            return Err(Loss::Removed);
        }
        if let Some((number, status)) = self.faults.refuse
            && Some(number) == now
        {
            self.power.is_pin_fresh = false;
            return Ok((Vec::new(), status));
        }
        let (answer, status) = self.execute(bytes);
        if self.faults.remove_after == now {
            self.remove();
            return Err(Loss::Removed);
        }
        if self.faults.empty_answer == now {
            return Ok((Vec::new(), OK.0));
        }
        Ok((answer, status.0))
    }

    /// Whether somebody touches the card now.
    pub(super) fn is_touched(&mut self, slot: Option<crate::Slot>) -> bool {
        if std::mem::take(&mut self.faults.touch_timeout) {
            return false;
        }
        let serial = self.serial;
        (self.touch)(super::TouchRequest { serial, slot }) == TouchAnswer::Touched
    }

    fn execute(&mut self, bytes: &[u8]) -> (Vec<u8>, Status) {
        let command = match Command::parse(bytes) {
            Ok(command) => command,
            Err(status) => return (Vec::new(), status),
        };
        if command.is_chained {
            return (Vec::new(), self.collect(&command.data));
        }
        let is_extended = command.is_extended;
        let answer = match command.ins {
            0xc0 => Ok(std::mem::take(&mut self.power.rest)),
            _ => self.dispatch(command),
        };
        match answer {
            Ok(answer) => self.send(answer, is_extended),
            Err(status) => (Vec::new(), status),
        }
    }

    fn collect(&mut self, data: &[u8]) -> Status {
        if self.power.chain.len() + data.len() > MAX_CHAIN {
            self.power.chain.clear();
            return WRONG_DATA;
        }
        self.power.chain.extend_from_slice(data);
        OK
    }

    /// A short answer comes in parts, each announced by `61xx`.
    fn send(&mut self, mut answer: Vec<u8>, is_extended: bool) -> (Vec<u8>, Status) {
        if is_extended || answer.len() <= SHORT_ANSWER {
            return (answer, OK);
        }
        self.power.rest = answer.split_off(SHORT_ANSWER);
        let left = u8::try_from(self.power.rest.len()).unwrap_or(0);
        (answer, Status(0x6100 | u16::from(left)))
    }

    fn dispatch(&mut self, mut command: Command) -> Answer {
        let mut data = std::mem::take(&mut self.power.chain);
        data.append(&mut command.data);
        let Command { ins, p1, p2, .. } = command;
        // PIN ALWAYS: any command but the very next finds the PIN consumed.
        self.power.rest.clear();
        let is_pin_fresh = std::mem::take(&mut self.power.is_pin_fresh);
        let witness = self.power.witness.take();
        if ins == 0xa4 {
            return self.select(&data);
        }
        match self.power.selected {
            Some(Application::Piv) => {}
            Some(Application::Device) => return self.device(ins, p1),
            None => return Err(NO_INSTRUCTION),
        }
        match ins {
            0x20 => self.verify(p1, p2, &data),
            0x24 => self.change_reference(p2, &data),
            0x2c => self.reset_retry(p2, &data),
            0x47 => self.generate(p2, &data),
            0x87 if p2 == 0x9b => self.authenticate(p1, &data, witness),
            0x87 => self.use_key(p1, p2, &data, is_pin_fresh),
            0xcb => self.object(p1, p2, &data),
            0xdb => self.put_object(p1, p2, &data),
            0xf7 => self.metadata(p2),
            0xf8 => Ok(self.serial.0.to_be_bytes().to_vec()),
            0xf9 => self.attest(p1),
            0xfa => self.set_tries(p1, p2),
            0xfb => self.reset(),
            0xfd => Ok(vec![self.firmware.0, self.firmware.1, self.firmware.2]),
            0xfe => self.import(p1, p2, &data),
            0xff => self.set_management_key(p1, p2, &data),
            _ => Err(NO_INSTRUCTION),
        }
    }

    fn select(&mut self, aid: &[u8]) -> Answer {
        self.power = Power::default();
        if aid == device::AID {
            self.power.selected = Some(Application::Device);
            return Ok(format!("Virtual YubiKey - FW version {}", self.firmware).into_bytes());
        }
        if aid.len() < 5 || !PIV_AID.starts_with(aid) {
            return Err(NOT_FOUND);
        }
        self.power.selected = Some(Application::Piv);
        let authority = tlv::object(0x79, &tlv::object(0x4f, &PIV_AID[..5]));
        let content = [tlv::object(0x4f, &PIV_AID[5..]), authority].concat();
        Ok(tlv::object(0x61, &content))
    }

    /// VERIFY (SP 800-73-5 part 2, section 3.2.1).
    fn verify(&mut self, p1: u8, p2: u8, data: &[u8]) -> Answer {
        match (p1, p2, data.len()) {
            (0xff, 0x80, 0) => {
                self.power.is_pin_verified = false;
                Ok(Vec::new())
            }
            (0, 0x80, 0) if self.power.is_pin_verified => Ok(Vec::new()),
            (0, 0x80, 0) => Err(self.pin.status()),
            (0, 0x80, reference::LEN) => {
                self.power.is_pin_verified = false;
                self.pin.check(data)?;
                self.power.is_pin_verified = true;
                self.power.is_pin_fresh = true;
                Ok(Vec::new())
            }
            (0, 0x80, _) => Err(WRONG_DATA),
            _ => Err(NO_REFERENCE),
        }
    }

    /// CHANGE REFERENCE DATA (SP 800-73-5 part 2, section 3.2.2).
    fn change_reference(&mut self, p2: u8, data: &[u8]) -> Answer {
        let (old, new) = halves(data)?;
        let reference = match p2 {
            0x80 => &mut self.pin,
            0x81 => &mut self.puk,
            _ => return Err(NO_REFERENCE),
        };
        reference.check(old)?;
        reference.set(new)?;
        Ok(Vec::new())
    }

    /// RESET RETRY COUNTER (SP 800-73-5 part 2, section 3.2.3): the PUK counts before the new PIN.
    fn reset_retry(&mut self, p2: u8, data: &[u8]) -> Answer {
        let (puk, new) = halves(data)?;
        if p2 != 0x80 {
            return Err(NO_REFERENCE);
        }
        self.puk.check(puk)?;
        self.pin.set(new)?;
        Ok(Vec::new())
    }

    /// Sets the tries of PIN and PUK, and with them the factory's values.
    fn set_tries(&mut self, pin: u8, puk: u8) -> Answer {
        if !self.power.is_managed || !self.power.is_pin_verified {
            return Err(NOT_SATISFIED);
        }
        if pin == 0 || puk == 0 {
            return Err(WRONG_PARAMETERS);
        }
        self.pin = Reference::new(DEFAULT_PIN, pin);
        self.puk = Reference::new(DEFAULT_PUK, puk);
        Ok(Vec::new())
    }

    /// Everything but the attestation key goes; only when PIN and PUK are blocked.
    fn reset(&mut self) -> Answer {
        if (self.pin.status(), self.puk.status()) != (BLOCKED, BLOCKED) {
            return Err(CONDITIONS);
        }
        self.pin = Reference::new(DEFAULT_PIN, TRIES);
        self.puk = Reference::new(DEFAULT_PUK, TRIES);
        self.management = ManagementKey::factory();
        self.slots.clear();
        self.objects.clear();
        self.power = Power { selected: Some(Application::Piv), ..Power::default() };
        Ok(Vec::new())
    }

    fn metadata(&mut self, reference: u8) -> Answer {
        let mut out = Vec::new();
        match reference {
            0x80 | 0x81 => {
                let held = if reference == 0x80 { &self.pin } else { &self.puk };
                tlv::append(&mut out, 0x01, &[0xff]);
                tlv::append(&mut out, 0x05, &[u8::from(held.is_default())]);
                tlv::append(&mut out, 0x06, &[held.tries_total, held.tries_left]);
            }
            0x9b => self.management.describe(&mut out),
            slot => self.slots.get(&slot).ok_or(NO_REFERENCE)?.describe(&mut out),
        }
        Ok(out)
    }
}

/// A generator for the card's own use.
pub(super) fn seeded(rng: &mut dyn CryptoRng) -> ChaCha20Rng {
    let mut seed = [0; 32];
    rng.fill_bytes(&mut seed);
    ChaCha20Rng::from_seed(seed)
}

fn halves(data: &[u8]) -> Result<(&[u8], &[u8]), Status> {
    let halves = data.split_at_checked(reference::LEN);
    halves.filter(|(_, new)| new.len() == reference::LEN).ok_or(WRONG_DATA)
}

impl fmt::Debug for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Card").field("serial", &self.serial).finish_non_exhaustive()
    }
}
