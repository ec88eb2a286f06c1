//! Envelopes: a share sealed to one token, and to nothing else (`docs/spec/envelope-1.md`).

use minicbor::{Decode, Encode};
use rand_core::CryptoRng;
use secret::SecretBytes;
use terms::{Canonical, KeyName, SplitId, VaultId};

use crate::error::EnvelopeError;
use crate::hpke::{self, TAG_LEN};
use crate::{Pin, PublicKey, Serial, Slot, Token, TokenError, Touch};

/// The longest content of an envelope, in bytes (envelope-1 E4).
pub const MAX_SEALED_BYTES: usize = 4096;

/// The longest name of a holder, in bytes (envelope-1 E6).
const MAX_HOLDER_BYTES: usize = 256;

/// The version of the record (envelope-1 E3).
const VERSION: u8 = 1;
/// DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM (envelope-1 E3).
const SUITE: u16 = 1;
/// What the binding begins with (envelope-1 E5).
const LABEL: &str = "strongroom/envelope";

/// What an envelope belongs to; every part is bound into its key (envelope-1 E5, E7).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Binding {
    /// The vault, if the share belongs to one.
    #[n(0)]
    pub vault: Option<VaultId>,
    /// The master key whose share this is, with its environment.
    #[n(1)]
    pub key: KeyName,
    /// The split that made the share.
    #[n(2)]
    pub split: SplitId,
    /// The share's group, from 0.
    #[n(3)]
    pub group: u8,
    /// The share's member number within its group, from 0.
    #[n(4)]
    pub member: u8,
    /// The person who holds the share.
    #[n(5)]
    pub holder: String,
}

/// A share sealed to a token, as it is stored. Holds no secret that can be read without the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    binding: Binding,
    token: Serial,
    recipient: PublicKey,
    enc: PublicKey,
    sealed: Vec<u8>,
}

impl Envelope {
    /// Seals `content` to the key in slot 9d of the token with the given serial number.
    ///
    /// # Errors
    ///
    /// [`EnvelopeError::WrongLength`], [`EnvelopeError::UnfitText`].
    pub fn seal(
        content: &SecretBytes,
        binding: &Binding,
        token: Serial,
        recipient: &PublicKey,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, EnvelopeError> {
        let too_long = EnvelopeError::WrongLength { len: content.len(), max: MAX_SEALED_BYTES };
        if !(1..=MAX_SEALED_BYTES).contains(&content.len()) {
            return Err(too_long);
        }
        check_holder(&binding.holder)?;
        let info = info(SUITE, binding, token, recipient);
        let (enc, sealed) = hpke::seal(recipient, &info, content, rng).ok_or(too_long)?;
        Ok(Self { binding: binding.clone(), token, recipient: *recipient, enc, sealed })
    }

    /// Opens the envelope with its token, after PIN and touch, if it belongs to `expected`.
    ///
    /// The PIN is sent only to the right token and only for the right envelope.
    ///
    /// # Errors
    ///
    /// [`EnvelopeError::Foreign`], [`EnvelopeError::Altered`], and what the token reports.
    pub fn open(
        &self,
        token: &mut dyn Token,
        pin: &Pin<'_>,
        expected: &Binding,
        touch: &mut dyn FnMut(Touch),
    ) -> Result<SecretBytes, EnvelopeError> {
        check_binding(&self.binding, expected)?;
        check_token(token, self.token, &self.recipient)?;
        let dh = token.agree(&self.enc, pin, touch)?;
        let info = info(SUITE, expected, self.token, &self.recipient);
        // envelope-1 E10
        hpke::open(&dh, &self.enc, &self.recipient, &info, &self.sealed)
            .ok_or_else(|| EnvelopeError::Altered { holder: self.binding.holder.clone() })
    }

    /// What the envelope says it belongs to; true once it was opened.
    pub fn binding(&self) -> &Binding {
        &self.binding
    }

    /// The token it is sealed to.
    pub fn token(&self) -> Serial {
        self.token
    }

    /// The token's key it is sealed to.
    pub fn recipient(&self) -> &PublicKey {
        &self.recipient
    }

    /// The one encoding of the envelope (envelope-1 E1).
    pub fn encode(&self) -> Vec<u8> {
        terms::encode(self)
    }

    /// Reads an envelope; accepts its one encoding only (envelope-1 E1, E2).
    ///
    /// # Errors
    ///
    /// [`EnvelopeError::Malformed`], [`EnvelopeError::UnknownSuite`].
    pub fn decode(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        if let Some((version, suite)) = version_and_suite(bytes)
            && (version, suite) != (VERSION, SUITE)
        {
            return Err(EnvelopeError::UnknownSuite { version, suite });
        }
        let envelope: Self = terms::decode(bytes)?;
        check_holder(&envelope.binding.holder)?;
        Ok(envelope)
    }
}

/// Compares each part with what is expected and names the one that differs (envelope-1 E8).
pub(crate) fn check_binding(found: &Binding, wanted: &Binding) -> Result<(), EnvelopeError> {
    let vault = |id: Option<VaultId>| id.map_or("none".into(), |id| id.to_string());
    let parts = [
        ("environment", found.key.environment.to_string(), wanted.key.environment.to_string()),
        ("vault", vault(found.vault), vault(wanted.vault)),
        ("key", found.key.to_string(), wanted.key.to_string()),
        ("split", found.split.to_string(), wanted.split.to_string()),
        ("group", found.group.to_string(), wanted.group.to_string()),
        ("member", found.member.to_string(), wanted.member.to_string()),
        ("holder", found.holder.clone(), wanted.holder.clone()),
    ];
    match parts.into_iter().find(|(_, found, expected)| found != expected) {
        None => Ok(()),
        Some((field, found, expected)) => Err(EnvelopeError::Foreign { field, found, expected }),
    }
}

/// The token must be the one, with the key of that time, before any PIN is sent (envelope-1 E9).
pub(crate) fn check_token(
    token: &mut dyn Token,
    expected: Serial,
    recipient: &PublicKey,
) -> Result<(), TokenError> {
    let slot = Slot::KeyAgreement;
    let found = token.identity()?.serial;
    if found != expected {
        return Err(TokenError::WrongToken { expected, found });
    }
    let state = token.slot(slot)?.ok_or(TokenError::SlotEmpty { slot })?;
    if state.key != Some(*recipient) {
        return Err(TokenError::WrongKey { serial: found, slot });
    }
    Ok(())
}

/// `info` of HPKE: the canonical encoding of label, version, suite, binding, token and its key
/// (envelope-1 E5).
pub(crate) fn info<K: Clone + Encode<()>>(
    suite: u16,
    binding: &Binding,
    token: Serial,
    recipient: &K,
) -> Vec<u8> {
    terms::encode(&BoundFacts {
        label: LABEL.into(),
        version: VERSION,
        suite,
        binding: binding.clone(),
        token: token.0,
        recipient: recipient.clone(),
    })
}

#[derive(Encode)]
struct BoundFacts<K> {
    #[n(0)]
    label: String,
    #[n(1)]
    version: u8,
    #[n(2)]
    suite: u16,
    #[n(3)]
    binding: Binding,
    #[n(4)]
    token: u32,
    #[n(5)]
    recipient: K,
}

impl<K> Canonical for BoundFacts<K> {
    const NAME: &'static str = "an envelope's binding";
}

/// A holder's name is short, printable and without surrounding space (envelope-1 E6).
pub(crate) fn check_holder(holder: &str) -> Result<(), EnvelopeError> {
    let is_fit = (1..=MAX_HOLDER_BYTES).contains(&holder.len())
        && holder.trim() == holder
        && !holder.chars().any(char::is_control);
    is_fit.then_some(()).ok_or(EnvelopeError::UnfitText { field: "holder" })
}

/// The first two fields, read alone so that a later version is refused as such (envelope-1 E3).
pub(crate) fn version_and_suite(bytes: &[u8]) -> Option<(u8, u16)> {
    let mut decoder = minicbor::Decoder::new(bytes);
    decoder.array().ok()??;
    Some((decoder.u8().ok()?, decoder.u16().ok()?))
}

impl Canonical for Envelope {
    const NAME: &'static str = "an envelope";
}

impl<C> Encode<C> for Envelope {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.array(7)?.u8(VERSION)?.u16(SUITE)?;
        self.binding.encode(e, ctx)?;
        e.u32(self.token.0)?;
        self.recipient.encode(e, ctx)?;
        self.enc.encode(e, ctx)?;
        e.bytes(&self.sealed)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Envelope {
    fn decode(d: &mut minicbor::Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        let refuse = minicbor::decode::Error::message;
        if d.array()? != Some(7) || d.u8()? != VERSION || d.u16()? != SUITE {
            return Err(refuse("not an envelope of version 1"));
        }
        let binding = Binding::decode(d, ctx)?;
        let token = Serial(d.u32()?);
        let (recipient, enc) = (PublicKey::decode(d, ctx)?, PublicKey::decode(d, ctx)?);
        let sealed = d.bytes()?;
        if !(TAG_LEN + 1..=TAG_LEN + MAX_SEALED_BYTES).contains(&sealed.len()) {
            return Err(refuse("the sealed bytes are too few or too many")); // envelope-1 E4
        }
        Ok(Self { binding, token, recipient, enc, sealed: sealed.to_vec() })
    }
}

#[cfg(test)]
mod tests;
