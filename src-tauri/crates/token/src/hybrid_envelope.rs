//! Envelopes that travel with an archive: sealed to a token and to a key beside it, so that neither
//! of the two alone opens them (envelope-1 E19 to E22).

use minicbor::encode::Write;
use minicbor::{Decode, Decoder, Encode, Encoder};
use rand_core::CryptoRng;
use secret::SecretBytes;
use terms::Canonical;

use crate::envelope::{
    check_binding, check_holder, check_sealable, check_suite, check_token, decode_fields,
    encode_fields, info, wrong_length,
};
use crate::error::EnvelopeError;
use crate::hpke;
use crate::hybrid::{Encapsulated, HybridKey};
use crate::{Binding, Pin, Serial, Token, Touch};

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
        check_sealable(content, binding)?;
        let info = info(SUITE, binding, token, recipient);
        let sealed = hpke::seal_hybrid(recipient, &info, content, rng);
        let (enc, sealed) = sealed.ok_or_else(|| wrong_length(content))?;
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
        check_suite(bytes, SUITE)?;
        let envelope: Self = terms::decode(bytes)?;
        check_holder(&envelope.binding.holder)?;
        Ok(envelope)
    }
}

impl Canonical for HybridEnvelope {
    const NAME: &'static str = "an envelope";
}

impl<C> Encode<C> for HybridEnvelope {
    fn encode<W: Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        let Self { binding, token, recipient, enc, sealed } = self;
        encode_fields(SUITE, (binding, *token, recipient, enc, sealed), (e, ctx))
    }
}

impl<'b, C> Decode<'b, C> for HybridEnvelope {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        let none = (SUITE, "not an envelope of version 1, suite 2");
        let (binding, token, recipient, enc, sealed) = decode_fields(none, d, ctx)?;
        Ok(Self { binding, token, recipient, enc, sealed })
    }
}
