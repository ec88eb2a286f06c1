//! A card that is held: one connection, one transaction, on a thread of its own.
//!
//! The service makes a program wait without end for a card that another program holds, and for a
//! reader that does not answer. The thread waits; whoever uses the card gives up after a while.

use std::ffi::CString;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use pcsc::{Card, Context, Disposition, Protocols, Scope, ShareMode};
use token::Loss;
use yubikit::core::{Connection, Transport};
use yubikit::smartcard::{SmartCardConnection, SmartCardError};
use zeroize::Zeroizing;

use crate::loss::transport;

/// How long other programs may keep the card for themselves.
const WAIT_FOR_CARD: Duration = Duration::from_secs(10);
/// How long the card may take for an answer; a YubiKey waits 15 seconds for its touch.
const WAIT_FOR_ANSWER: Duration = Duration::from_secs(60);
/// How long letting go may take.
const WAIT_FOR_END: Duration = Duration::from_secs(2);

/// The longest answer to one command: 65 536 bytes and the status word.
const LONGEST_ANSWER: usize = 65_538;

/// Commands that show the card a PIN or PUK: VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER.
const SHOWS_PIN: [u8; 3] = [0x20, 0x24, 0x2c];

type Answer = Result<Vec<u8>, SmartCardError>;

/// A card that no other program reaches until this is dropped.
pub(crate) struct Held {
    commands: Option<Sender<Zeroizing<Vec<u8>>>>,
    answers: Receiver<Answer>,
    tries: Tries,
}

/// Whether a PIN is on its way to the card, and nobody knows yet what became of it.
///
/// Such a command is never repeated by a program: it may have cost a try.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tries(Arc<AtomicBool>);

impl Tries {
    /// Whether a try may have been spent without an answer.
    pub(crate) fn are_uncertain(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    fn set(&self, are_uncertain: bool) {
        self.0.store(are_uncertain, Ordering::Release);
    }
}

impl Held {
    /// Connects to the card in the reader and waits until no other program holds it.
    pub(crate) fn take(reader: CString) -> Result<Self, SmartCardError> {
        let (commands, work) = channel();
        let (results, answers) = channel();
        let thread = thread::Builder::new().name("card".into());
        let spawned = thread.spawn(move || hold(reader, &work, &results));
        spawned.map_err(|error| SmartCardError::Transport(Box::new(error)))?;
        let held = Self { commands: Some(commands), answers, tries: Tries::default() };
        // The first answer is empty: the card is held.
        match held.answers.recv_timeout(WAIT_FOR_CARD) {
            Ok(answer) => answer.map(|_| held),
            Err(RecvTimeoutError::Timeout) => Err(lost(Loss::Busy)),
            Err(RecvTimeoutError::Disconnected) => Err(lost(Loss::Removed)),
        }
    }

    /// What is known of tries that were spent.
    pub(crate) fn tries(&self) -> Tries {
        self.tries.clone()
    }

    fn exchange(&mut self, apdu: &[u8]) -> Answer {
        let commands = self.commands.as_ref().ok_or_else(|| lost(Loss::Removed))?;
        commands.send(Zeroizing::new(apdu.to_vec())).map_err(|_| lost(Loss::Removed))?;
        match self.answers.recv_timeout(WAIT_FOR_ANSWER) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Disconnected) => Err(lost(Loss::Removed)),
            Err(RecvTimeoutError::Timeout) => {
                // What it says later belongs to no question any more.
                self.commands = None;
                Err(SmartCardError::Transport("the reader did not answer for a minute".into()))
            }
        }
    }
}

impl Connection for Held {
    type Error = SmartCardError;

    fn close(&mut self) {
        self.commands = None;
    }
}

impl SmartCardConnection for Held {
    fn send_and_receive(&mut self, apdu: &[u8]) -> Result<(Vec<u8>, u16), SmartCardError> {
        self.tries.set(shows_pin(apdu));
        let mut answer = self.exchange(apdu)?;
        // Some readers report a card that is pulled out while it works as one that says nothing.
        if answer.is_empty() {
            return Err(lost(Loss::Removed));
        }
        let status = answer.split_off(answer.len().saturating_sub(2));
        let status = <[u8; 2]>::try_from(status)
            .map_err(|_| SmartCardError::InvalidData("an answer without a status".into()))?;
        self.tries.set(false);
        Ok((answer, u16::from_be_bytes(status)))
    }

    fn transport(&self) -> Transport {
        Transport::Usb
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // The thread ends with its commands; the card is free when it has hung up.
        self.commands = None;
        while self.answers.recv_timeout(WAIT_FOR_END).is_ok() {}
    }
}

/// The thread: holds the card while there may be commands, then lets go of it.
fn hold(reader: CString, commands: &Receiver<Zeroizing<Vec<u8>>>, answers: &Sender<Answer>) {
    if let Err(error) = serve(reader, commands, answers) {
        // Nobody listens any more if it took too long.
        let _ = answers.send(Err(transport(error)));
    }
}

fn serve(
    reader: CString,
    commands: &Receiver<Zeroizing<Vec<u8>>>,
    answers: &Sender<Answer>,
) -> Result<(), pcsc::Error> {
    let context = Context::establish(Scope::User)?;
    let mut card = context.connect(&reader, ShareMode::Shared, Protocols::ANY)?;
    let served = converse(&mut card, commands, answers);
    // Dropping the card would reset it under programs that use it too. One that is gone needs no
    // letting go.
    let _ = card.disconnect(Disposition::LeaveCard);
    served
}

/// Holds the card from the first command to the last.
fn converse(
    card: &mut Card,
    commands: &Receiver<Zeroizing<Vec<u8>>>,
    answers: &Sender<Answer>,
) -> Result<(), pcsc::Error> {
    let transaction = card.transaction()?;
    if answers.send(Ok(Vec::new())).is_err() {
        return Ok(());
    }
    let mut has_shown_pin = false;
    let mut buffer = Zeroizing::new(vec![0; LONGEST_ANSWER]);
    let mut conversed = Ok(());
    for command in commands {
        has_shown_pin |= shows_pin(&command);
        match transaction.transmit(&command, &mut buffer) {
            Ok(answer) if answers.send(Ok(answer.to_vec())).is_ok() => (),
            Ok(_) => break,
            // The card may still know the PIN, so it is ended as after any other command.
            Err(error) => {
                conversed = Err(error);
                break;
            }
        }
    }
    // A PIN that was shown must not serve the next program: it could read the management key.
    let end = if has_shown_pin { Disposition::ResetCard } else { Disposition::LeaveCard };
    let ended = transaction.end(end).map_err(|(_, error)| error);
    conversed.and(ended)
}

/// Whether the command carries a PIN or PUK; without data it only asks.
fn shows_pin(apdu: &[u8]) -> bool {
    apdu.get(1).is_some_and(|ins| SHOWS_PIN.contains(ins)) && apdu.len() > 5
}

fn lost(loss: Loss) -> SmartCardError {
    SmartCardError::Transport(Box::new(loss))
}
