//! Which part of a proof is missing.

use terms::Problem;

use crate::{Firmware, Serial};

/// Which part of the proof is missing. Levels count from the leaf, 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AttestationError {
    /// A certificate does not parse.
    #[error("certificate {level} of the attestation is malformed")]
    Malformed {
        /// Its place.
        level: usize,
    },
    /// More certificates than any maker's chain has.
    #[error("the attestation has too many certificates")]
    TooLong,
    /// A certificate is not signed by the next one.
    #[error("certificate {level} of the attestation is not signed by the one above it")]
    NotIssued {
        /// Its place.
        level: usize,
    },
    /// A certificate signed another although it may not.
    #[error("certificate {level} of the attestation may not sign the one below it")]
    NotAnAuthority {
        /// Its place.
        level: usize,
    },
    /// A signature of a kind that no maker's chain uses.
    #[error("certificate {level} of the attestation is signed in an unknown way")]
    UnknownAlgorithm {
        /// Its place.
        level: usize,
    },
    /// The chain does not end in a known root.
    #[error("the attestation does not lead to a known maker of tokens")]
    Untrusted,
    /// The chain ends in the root of virtual tokens, where only real ones count.
    #[error("this is a virtual token for drills; it protects nothing")]
    DrillOnly,
    /// The certificate speaks of another key.
    #[error("the attestation is about another key")]
    OtherKey,
    /// The certificate speaks of another token.
    #[error("the attestation is about token {found}, not token {expected}")]
    OtherToken {
        /// The token in the certificate.
        found: Serial,
        /// The token that was claimed.
        expected: Serial,
    },
    /// A statement is missing or made twice.
    #[error("the attestation says nothing certain about the {about}")]
    Silent {
        /// What it does not speak of.
        about: &'static str,
    },
    /// The firmware is older than the policy admits.
    #[error("the token's firmware {found} is older than {minimum}")]
    FirmwareTooOld {
        /// What the certificate says.
        found: Firmware,
        /// The oldest that is admitted.
        minimum: Firmware,
    },
    /// The key can be used without PIN or without touch.
    #[error("the attested key can be used without PIN or without touch")]
    Unguarded,
}

impl Problem for AttestationError {
    fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "SR-ATTESTATION-MALFORMED",
            Self::TooLong => "SR-ATTESTATION-TOO-LONG",
            Self::NotIssued { .. } => "SR-ATTESTATION-NOT-ISSUED",
            Self::NotAnAuthority { .. } => "SR-ATTESTATION-NOT-AN-AUTHORITY",
            Self::UnknownAlgorithm { .. } => "SR-ATTESTATION-UNKNOWN-ALGORITHM",
            Self::Untrusted => "SR-ATTESTATION-UNTRUSTED",
            Self::DrillOnly => "SR-ATTESTATION-DRILL-ONLY",
            Self::OtherKey => "SR-ATTESTATION-OTHER-KEY",
            Self::OtherToken { .. } => "SR-ATTESTATION-OTHER-TOKEN",
            Self::Silent { .. } => "SR-ATTESTATION-SILENT",
            Self::FirmwareTooOld { .. } => "SR-ATTESTATION-FIRMWARE-TOO-OLD",
            Self::Unguarded => "SR-ATTESTATION-UNGUARDED",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::DrillOnly => "Use a real token; virtual ones are for drills.".into(),
            Self::FirmwareTooOld { minimum, .. } => {
                format!("Take a token with firmware {minimum} or newer.")
            }
            Self::OtherKey | Self::OtherToken { .. } | Self::Unguarded => {
                "Enrol the token again, or take another one.".into()
            }
            _ => "Take another token, bought from its maker.".into(),
        }
    }
}
