//! Where a seed comes from: the operating system, and dice if the room wants them.

use hkdf::Hkdf;
use keys::Seed;
use rand_core::CryptoRng;
use secret::{Secret, SecretBytes, SecretText};
use sha2::{Digest as _, Sha256};
use terms::Digest;
use zeroize::Zeroizing;

use super::GenesisError;

const LABEL: &[u8] = b"strongroom/genesis-entropy/1";
/// The fewest rolls that are taken: 50 of a six-sided die carry 129 bits.
pub const ROLLS_MIN: u16 = 50;

/// What the minutes say of a contribution: its source, and a commitment that tells nothing else.
#[derive(Debug, Clone)]
pub struct Contribution {
    /// Where it came from.
    pub source: &'static str,
    /// SHA-256 over the label and the contribution.
    pub commitment: Digest,
}

/// All contributions so far, in order.
#[derive(Default)]
pub(super) struct Pool {
    parts: Vec<SecretBytes>,
    has_system: bool,
}

impl Pool {
    pub(super) fn add_system(&mut self, rng: &mut dyn CryptoRng) -> Contribution {
        self.has_system = true;
        self.add("operating system", SecretBytes::from_fill(64, |bytes| rng.fill_bytes(bytes)))
    }

    pub(super) fn add_dice(&mut self, rolls: &SecretText) -> Result<Contribution, GenesisError> {
        let digits: Zeroizing<Vec<u8>> = Zeroizing::new(
            rolls.expose().bytes().filter(|byte| !byte.is_ascii_whitespace()).collect(),
        );
        if let Some(reason) = fault(&digits) {
            return Err(GenesisError::Dice { reason });
        }
        Ok(self.add("dice", SecretBytes::from_slice(&digits)))
    }

    fn add(&mut self, source: &'static str, part: SecretBytes) -> Contribution {
        let digest = Sha256::new().chain_update(LABEL).chain_update(part.expose());
        self.parts.push(part);
        Contribution { source, commitment: Digest::from_bytes(digest.finalize().into()) }
    }

    /// HKDF-SHA256 over all contributions, each with its length before it; the pool is emptied.
    ///
    /// As long as one contribution is unknown to an attacker, so is the seed.
    pub(super) fn seed(&mut self) -> Result<Seed, GenesisError> {
        if !self.has_system {
            return Err(GenesisError::NoEntropy);
        }
        let mut all = Zeroizing::new(Vec::new());
        for part in self.parts.drain(..) {
            all.extend((part.len() as u64).to_be_bytes());
            all.extend(part.expose());
        }
        self.has_system = false;
        let extracted = Hkdf::<Sha256>::new(Some(LABEL), &all);
        let seed = Secret::try_from_fill(|bytes| extracted.expand(b"seed", bytes));
        seed.map(Seed::from_secret).map_err(|_| GenesisError::NoEntropy)
    }
}

/// The quality gate: enough rolls of a six-sided die, and none that no die makes.
fn fault(digits: &[u8]) -> Option<&'static str> {
    if digits.iter().any(|digit| !(b'1'..=b'6').contains(digit)) {
        return Some("a six-sided die shows 1 to 6");
    }
    if digits.len() < usize::from(ROLLS_MIN) {
        return Some("there are fewer than 50 rolls");
    }
    let most =
        (b'1'..=b'6').map(|face| digits.iter().filter(|digit| **digit == face).count()).max();
    // One face in more than half of 50 fair rolls happens once in some hundred million ceremonies.
    (most > Some(digits.len() / 2)).then_some("one face came up more than half of the time")
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_chacha::rand_core::SeedableRng;

    use super::*;

    const ROLLS: &str = "16253 42615 33421 65142 36251 41362 54163 21546 36142 55316";

    fn seed(rolls: Option<&str>) -> Seed {
        let mut pool = Pool::default();
        pool.add_system(&mut ChaCha20Rng::from_seed([1; 32]));
        if let Some(rolls) = rolls {
            pool.add_dice(&SecretText::from_exposed(rolls)).unwrap();
        }
        pool.seed().unwrap()
    }

    #[test]
    fn every_contribution_changes_the_seed() {
        assert_eq!(seed(None), seed(None));
        assert_ne!(seed(None), seed(Some(ROLLS)));
        assert_ne!(seed(Some(ROLLS)), seed(Some(&ROLLS.replacen('1', "2", 1))));
    }

    #[test]
    fn dice_that_are_none_are_refused() {
        let six = "6".repeat(60);
        for bad in ["", "123456", &six, &ROLLS.replace('1', "7")] {
            let mut pool = Pool::default();
            assert!(pool.add_dice(&SecretText::from_exposed(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn without_the_operating_system_there_is_no_seed_and_no_seed_twice() {
        let mut pool = Pool::default();
        pool.add_dice(&SecretText::from_exposed(ROLLS)).unwrap();
        assert!(pool.seed().is_err());
        pool.add_system(&mut ChaCha20Rng::from_seed([1; 32]));
        assert!(pool.seed().is_ok());
        assert!(pool.seed().is_err());
    }
}
