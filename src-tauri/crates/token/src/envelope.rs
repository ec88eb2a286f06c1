//! Envelopes: a share sealed to one token, and to nothing else (`docs/spec/envelope-1.md`).

use minicbor::encode::Write;
use minicbor::{Decode, Decoder, Encode, Encoder};
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
        check_sealable(content, binding)?;
        let info = info(SUITE, binding, token, recipient);
        let sealed = hpke::seal(recipient, &info, content, rng);
        let (enc, sealed) = sealed.ok_or_else(|| wrong_length(content))?;
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
        check_suite(bytes, SUITE)?;
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

/// What is sealed has a fit length (envelope-1 E4), and its holder a fit name.
pub(crate) fn check_sealable(
    content: &SecretBytes,
    binding: &Binding,
) -> Result<(), EnvelopeError> {
    if !(1..=MAX_SEALED_BYTES).contains(&content.len()) {
        return Err(wrong_length(content));
    }
    check_holder(&binding.holder)
}

pub(crate) fn wrong_length(content: &SecretBytes) -> EnvelopeError {
    EnvelopeError::WrongLength { len: content.len(), max: MAX_SEALED_BYTES }
}

/// The first two fields, read alone so that a later version is refused as such (envelope-1 E3).
pub(crate) fn check_suite(bytes: &[u8], expected: u16) -> Result<(), EnvelopeError> {
    let mut decoder = minicbor::Decoder::new(bytes);
    let mut read = || {
        decoder.array().ok()??;
        Some((decoder.u8().ok()?, decoder.u16().ok()?))
    };
    match read() {
        Some((version, suite)) if (version, suite) != (VERSION, expected) => {
            Err(EnvelopeError::UnknownSuite { version, suite })
        }
        _ => Ok(()),
    }
}

/// The fields of an envelope of any suite behind version and suite: binding, token, its key, what
/// was encapsulated, the sealed bytes (envelope-1 E1).
pub(crate) type Fields<K, E> = (Binding, Serial, K, E, Vec<u8>);

/// Writes an envelope of `suite`.
pub(crate) fn encode_fields<C, W: Write, K: Encode<C>, E: Encode<C>>(
    suite: u16,
    (binding, token, recipient, enc, sealed): (&Binding, Serial, &K, &E, &[u8]),
    (e, ctx): (&mut Encoder<W>, &mut C),
) -> Result<(), minicbor::encode::Error<W::Error>> {
    e.array(7)?.u8(VERSION)?.u16(suite)?;
    binding.encode(e, ctx)?;
    e.u32(token.0)?;
    recipient.encode(e, ctx)?;
    enc.encode(e, ctx)?;
    e.bytes(sealed)?.ok()
}

/// Reads an envelope of `suite`, or refuses what is none in these words.
pub(crate) fn decode_fields<'b, C, K: Decode<'b, C>, E: Decode<'b, C>>(
    (suite, refusal): (u16, &'static str),
    d: &mut Decoder<'b>,
    ctx: &mut C,
) -> Result<Fields<K, E>, minicbor::decode::Error> {
    let refuse = minicbor::decode::Error::message;
    if d.array()? != Some(7) || d.u8()? != VERSION || d.u16()? != suite {
        return Err(refuse(refusal));
    }
    let binding = Binding::decode(d, ctx)?;
    let token = Serial(d.u32()?);
    let (recipient, enc) = (K::decode(d, ctx)?, E::decode(d, ctx)?);
    let sealed = d.bytes()?;
    if !(TAG_LEN + 1..=TAG_LEN + MAX_SEALED_BYTES).contains(&sealed.len()) {
        return Err(refuse("the sealed bytes are too few or too many")); // envelope-1 E4
    }
    Ok((binding, token, recipient, enc, sealed.to_vec()))
}

impl Canonical for Envelope {
    const NAME: &'static str = "an envelope";
}

impl<C> Encode<C> for Envelope {
    fn encode<W: Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        let Self { binding, token, recipient, enc, sealed } = self;
        encode_fields(SUITE, (binding, *token, recipient, enc, sealed), (e, ctx))
    }
}

impl<'b, C> Decode<'b, C> for Envelope {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        let none = (SUITE, "not an envelope of version 1");
        let (binding, token, recipient, enc, sealed) = decode_fields(none, d, ctx)?;
        Ok(Self { binding, token, recipient, enc, sealed })
    }
}

#[cfg(test)]
mod tests;
