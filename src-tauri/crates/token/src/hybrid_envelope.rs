//! Envelopes that travel with an archive: sealed to a token and to a key beside it, so that neither
//! of the two alone opens them (envelope-1 E19 to E22).

use minicbor::{Decode, Encode};
use rand_core::CryptoRng;
use secret::SecretBytes;
use terms::Canonical;

use crate::envelope::{check_binding, check_holder, check_token, info, version_and_suite};
use crate::error::EnvelopeError;
use crate::hpke::{self, TAG_LEN};
use crate::hybrid::{Encapsulated, HybridKey};
use crate::{Binding, MAX_SEALED_BYTES, Pin, Serial, Token, Touch};

const VERSION: u8 = 1;
/// MLKEM768-P256, HKDF-SHA256, AES-256-GCM (envelope-1 E19).
const SUITE: u16 = 2;

/// A share sealed to a token's key in slot 9d and to the ML-KEM key whose seed lies on the same
/// token. Holds no secret that can be read without the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HybridEnvelope {
    binding: Binding,
    token: Serial,
    recipient: HybridKey,
    enc: Encapsulated,
    sealed: Vec<u8>,
}

impl HybridEnvelope {
    /// Seals `content` to the token with the given serial number.
    ///
    /// # Errors
    ///
    /// [`EnvelopeError::WrongLength`], [`EnvelopeError::UnfitText`].
    pub fn seal(
        content: &SecretBytes,
        binding: &Binding,
        token: Serial,
        recipient: &HybridKey,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, EnvelopeError> {
        let too_long = EnvelopeError::WrongLength { len: content.len(), max: MAX_SEALED_BYTES };
        if !(1..=MAX_SEALED_BYTES).contains(&content.len()) {
            return Err(too_long);
        }
        check_holder(&binding.holder)?;
        let info = info(SUITE, binding, token, recipient);
        let (enc, sealed) = hpke::seal_hybrid(recipient, &info, content, rng).ok_or(too_long)?;
        let (binding, recipient) = (binding.clone(), recipient.clone());
        Ok(Self { binding, token, recipient, enc, sealed })
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
        let agreement = self.recipient.agreement();
        check_binding(&self.binding, expected)?;
        check_token(token, self.token, agreement)?;
        let seed = token.quantum_seed(pin)?;
        let dh = token.agree(self.enc.ephemeral(), pin, touch)?;
        let info = info(SUITE, expected, self.token, &self.recipient);
        hpke::open_hybrid((&dh, &seed), &self.enc, agreement, &info, &self.sealed)
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

    /// The one encoding of the envelope (envelope-1 E1).
    pub fn encode(&self) -> Vec<u8> {
        terms::encode(self)
    }

    /// Reads an envelope; accepts its one encoding only (envelope-1 E1, E20).
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

impl Canonical for HybridEnvelope {
    const NAME: &'static str = "an envelope";
}

impl<C> Encode<C> for HybridEnvelope {
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

impl<'b, C> Decode<'b, C> for HybridEnvelope {
    fn decode(d: &mut minicbor::Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        let refuse = minicbor::decode::Error::message;
        if d.array()? != Some(7) || d.u8()? != VERSION || d.u16()? != SUITE {
            return Err(refuse("not an envelope of version 1, suite 2"));
        }
        let binding = Binding::decode(d, ctx)?;
        let token = Serial(d.u32()?);
        let (recipient, enc) = (HybridKey::decode(d, ctx)?, Encapsulated::decode(d, ctx)?);
        let sealed = d.bytes()?;
        if !(TAG_LEN + 1..=TAG_LEN + MAX_SEALED_BYTES).contains(&sealed.len()) {
            return Err(refuse("the sealed bytes are too few or too many"));
        }
        Ok(Self { binding, token, recipient, enc, sealed: sealed.to_vec() })
    }
}
