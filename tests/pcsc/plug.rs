//! A virtual token in a virtual reader: the protocol of vpcd, over the loopback.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::thread::{self, JoinHandle};

use token::virtual_yubikey::{VirtualConnection, VirtualYubiKey};

/// What a YubiKey 5 answers to a reset.
const ATR: &[u8] = b"\x3b\xfd\x13\x00\x00\x81\x31\xfe\x15\x80\x73\xc0\x21\xc0\x57YubiKey\x40";

const POWER_OFF: u8 = 0;
const POWER_ON: u8 = 1;
const RESET: u8 = 2;
const SEND_ATR: u8 = 4;

/// A token that is plugged in for as long as this lives.
pub(crate) struct Plug {
    /// The reader that it is in.
    pub(crate) slot: u16,
    stream: TcpStream,
    thread: Option<JoinHandle<()>>,
}

impl Plug {
    /// Connects to the reader `slot`, which listens at `port`.
    pub(crate) fn insert(slot: u16, port: u16, card: &VirtualYubiKey) -> Self {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        stream.set_nodelay(true).unwrap();
        let (wire, card) = (stream.try_clone().unwrap(), card.clone());
        // The wire ends when the token is pulled out, by a person or by a fault on command.
        let thread = Some(thread::spawn(move || serve(wire, &card).unwrap_or_default()));
        Self { slot, stream, thread }
    }
}

impl Drop for Plug {
    fn drop(&mut self) {
        // The service may have hung up already.
        let _ = self.stream.shutdown(Shutdown::Both);
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

fn serve(mut wire: TcpStream, card: &VirtualYubiKey) -> io::Result<()> {
    let mut connection = card.insert();
    loop {
        let mut length = [0; 2];
        wire.read_exact(&mut length)?;
        let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
        wire.read_exact(&mut message)?;
        let Some(answer) = answer(&message, card, &mut connection) else { continue };
        let Ok(answer) = answer else {
            return wire.shutdown(Shutdown::Both);
        };
        let length = u16::try_from(answer.len()).map_err(io::Error::other)?;
        wire.write_all(&[&length.to_be_bytes()[..], &answer].concat())?;
    }
}

/// The answer to a message; none to those that have none.
fn answer(
    message: &[u8],
    card: &VirtualYubiKey,
    connection: &mut VirtualConnection,
) -> Option<Result<Vec<u8>, token::Loss>> {
    match message {
        [POWER_OFF | POWER_ON | RESET] => {
            *connection = card.insert();
            None
        }
        [SEND_ATR] => Some(Ok(ATR.to_vec())),
        apdu => Some(connection.transmit(apdu)),
    }
}
