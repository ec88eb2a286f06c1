//! The frames of entry-1: bounded, versioned, and with the secret straight in protected memory.

use std::io::{self, Read, Write};

use secret::{SecretBytes, SecretText};

use crate::request::Public;
use crate::{FrameError, Outcome, Request, SECRET_MAX};

/// Name and version of a request (entry-1 E1).
const REQUEST: &[u8; 5] = b"SREQ\x01";
/// Name and version of an answer (entry-1 E12).
const ANSWER: &[u8; 5] = b"SREA\x01";
/// The most bytes of the public part (entry-1 E2).
const PUBLIC_MAX: usize = 4096;

/// Writes a request (entry-1 E1).
///
/// # Errors
///
/// [`FrameError::TooLong`] before anything is written, or what the pipe says.
pub fn write_request(request: &Request, pipe: &mut impl Write) -> Result<(), FrameError> {
    let public = terms::encode(request.public());
    bounded(public.len(), PUBLIC_MAX)?;
    let share = request.share().map_or(&b""[..], |share| share.expose().as_bytes());
    bounded(share.len(), SECRET_MAX)?;
    pipe.write_all(REQUEST)?;
    pipe.write_all(&u32::try_from(public.len()).unwrap_or(u32::MAX).to_be_bytes())?;
    pipe.write_all(&public)?;
    write_secret(share, pipe)?;
    Ok(pipe.flush()?)
}

/// Reads one request and checks it whole (entry-1 E1 to E8).
///
/// # Errors
///
/// The first clause that it breaks.
pub fn read_request(pipe: &mut impl Read) -> Result<Request, FrameError> {
    read_name(pipe, REQUEST)?;
    let length: [u8; 4] = read_array(pipe)?;
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    bounded(length, PUBLIC_MAX)?;
    let mut public = vec![0; length];
    pipe.read_exact(&mut public)?;
    let public: Public = terms::decode(&public)?;
    let share = read_secret(pipe)?;
    let share = (!share.is_empty()).then(|| SecretText::from_utf8(share)).transpose();
    Request::from_parts(public, share.map_err(|_| FrameError::Share)?)
}

/// Writes an answer; the secret goes from its own memory into the pipe (entry-1 E12).
///
/// # Errors
///
/// [`FrameError::TooLong`] before anything is written, or what the pipe says.
pub fn write_answer(
    outcome: Outcome,
    secret: Option<&SecretText>,
    pipe: &mut impl Write,
) -> Result<(), FrameError> {
    let secret = secret.map_or(&b""[..], |secret| secret.expose().as_bytes());
    bounded(secret.len(), SECRET_MAX)?;
    pipe.write_all(ANSWER)?;
    pipe.write_all(&[outcome as u8])?;
    write_secret(secret, pipe)?;
    Ok(pipe.flush()?)
}

/// Reads one answer (entry-1 E12); the caller checks that nothing follows.
///
/// # Errors
///
/// The first clause that it breaks.
pub fn read_answer(pipe: &mut impl Read) -> Result<(Outcome, SecretText), FrameError> {
    read_name(pipe, ANSWER)?;
    let [byte] = read_array(pipe)?;
    let outcome = Outcome::from_byte(byte).ok_or(FrameError::Outcome)?;
    let secret = SecretText::from_utf8(read_secret(pipe)?).map_err(|_| FrameError::Outcome)?;
    if outcome != Outcome::Entered && !secret.is_empty() {
        return Err(FrameError::Outcome);
    }
    Ok((outcome, secret))
}

fn read_name(pipe: &mut impl Read, expected: &[u8; 5]) -> Result<(), FrameError> {
    let found: [u8; 5] = read_array(pipe)?;
    if found == *expected { Ok(()) } else { Err(FrameError::Name) }
}

/// Reads a secret with its length straight into protected memory; nothing buffers it on its way.
fn read_secret(pipe: &mut impl Read) -> Result<SecretBytes, FrameError> {
    let length = usize::from(u16::from_be_bytes(read_array(pipe)?));
    bounded(length, SECRET_MAX)?;
    let mut outcome = Ok(());
    let secret = SecretBytes::from_fill(length, |bytes| outcome = pipe.read_exact(bytes));
    outcome?;
    Ok(secret)
}

fn write_secret(secret: &[u8], pipe: &mut impl Write) -> io::Result<()> {
    pipe.write_all(&u16::try_from(secret.len()).unwrap_or(u16::MAX).to_be_bytes())?;
    pipe.write_all(secret)
}

fn read_array<const N: usize>(pipe: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    pipe.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn bounded(found: usize, most: usize) -> Result<(), FrameError> {
    if found <= most { Ok(()) } else { Err(FrameError::TooLong { found, most }) }
}
