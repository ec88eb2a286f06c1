//! States of a master key, as in NIST SP 800-57 part 1, section 7.

use std::fmt;
use std::str::FromStr;

use terms::ParseError;

use crate::KeysError;

/// What a master key may be used for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyState {
    /// Made, not yet effective: no archive may be sealed to it.
    PreActivation,
    /// Seals and opens.
    Active,
    /// For a while neither seals nor opens.
    Suspended,
    /// Seals no more; opens as long as archives need it.
    Deactivated,
    /// Somebody else may know it: seals no more, opens under extra care.
    Compromised,
    /// Its shares are destroyed; it opens nothing, ever.
    Destroyed,
}

/// Who must agree to a change of state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transition {
    /// Towards less capability: one person suffices.
    OnePerson,
    /// Towards more capability, or irreversible: a quorum and a witness.
    QuorumAndWitness,
}

impl KeyState {
    /// All states, in the order of a key's life.
    pub const ALL: [Self; 6] = [
        Self::PreActivation,
        Self::Active,
        Self::Suspended,
        Self::Deactivated,
        Self::Compromised,
        Self::Destroyed,
    ];

    /// The name as it is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PreActivation => "pre-activation",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Deactivated => "deactivated",
            Self::Compromised => "compromised",
            Self::Destroyed => "destroyed",
        }
    }

    /// Whether new archives may be sealed to a key in this state (keys-1 K15).
    pub const fn seals(self) -> bool {
        matches!(self, Self::Active)
    }

    /// Whether a key in this state may open archives (keys-1 K15).
    pub const fn opens(self) -> bool {
        matches!(self, Self::Active | Self::Deactivated | Self::Compromised)
    }

    /// Who must agree that a key in this state goes to `to` (keys-1 K15).
    ///
    /// # Errors
    ///
    /// No key ever goes that way.
    pub fn transition(self, to: Self) -> Result<Transition, KeysError> {
        use KeyState::{Active, Compromised, Deactivated, Destroyed, PreActivation, Suspended};
        match (self, to) {
            (PreActivation | Suspended, Active) | (Suspended, Deactivated) => {
                Ok(Transition::QuorumAndWitness)
            }
            (PreActivation | Deactivated | Compromised, Destroyed) => {
                Ok(Transition::QuorumAndWitness)
            }
            (Active, Suspended | Deactivated)
            | (PreActivation | Active | Suspended | Deactivated, Compromised) => {
                Ok(Transition::OnePerson)
            }
            (from, to) => Err(KeysError::Transition { from, to }),
        }
    }
}

impl fmt::Display for KeyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for KeyState {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let found = Self::ALL.into_iter().find(|state| state.as_str() == text);
        found.ok_or_else(|| ParseError::new(text, "a state of a master key"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_active_key_seals_and_neither_a_suspended_nor_a_destroyed_one_opens() {
        let named = |may: fn(KeyState) -> bool| {
            KeyState::ALL.into_iter().filter(|state| may(*state)).collect::<Vec<_>>()
        };
        assert_eq!(named(KeyState::seals), [KeyState::Active]);
        let opens = [KeyState::Active, KeyState::Deactivated, KeyState::Compromised];
        assert_eq!(named(KeyState::opens), opens);
    }

    #[test]
    fn every_way_a_key_can_go_is_one_of_these() {
        let ways: Vec<String> = KeyState::ALL
            .into_iter()
            .flat_map(|from| KeyState::ALL.map(|to| (from, to)))
            .filter_map(|(from, to)| match from.transition(to).ok()? {
                Transition::OnePerson => Some(format!("{from} > {to}: one")),
                Transition::QuorumAndWitness => Some(format!("{from} > {to}: quorum")),
            })
            .collect();
        let expected = [
            "pre-activation > active: quorum",
            "pre-activation > compromised: one",
            "pre-activation > destroyed: quorum",
            "active > suspended: one",
            "active > deactivated: one",
            "active > compromised: one",
            "suspended > active: quorum",
            "suspended > deactivated: quorum",
            "suspended > compromised: one",
            "deactivated > compromised: one",
            "deactivated > destroyed: quorum",
            "compromised > destroyed: quorum",
        ];
        assert_eq!(ways, expected);
    }

    #[test]
    fn no_key_comes_back_from_destruction() {
        for state in KeyState::ALL {
            assert!(KeyState::Destroyed.transition(state).is_err(), "{state}");
        }
    }

    #[test]
    fn more_capability_takes_a_quorum() {
        for state in KeyState::ALL {
            if let Ok(transition) = state.transition(KeyState::Active) {
                assert_eq!(transition, Transition::QuorumAndWitness, "{state}");
            }
        }
    }

    #[test]
    fn a_compromise_can_be_declared_by_one_person_at_any_time_before_destruction() {
        for state in KeyState::ALL {
            let last = matches!(state, KeyState::Compromised | KeyState::Destroyed);
            assert_eq!(state.transition(KeyState::Compromised).is_err(), last, "{state}");
        }
    }
}
