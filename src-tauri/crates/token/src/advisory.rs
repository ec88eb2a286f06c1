//! Advisories of makers: which firmware has which flaw, and whether it touches what we use.
//!
//! The list is data and part of the program: an offline machine learns of a new flaw
//! with a new version. [`LIST_ENDS`] says how far it goes, so that nobody takes silence for safety.

mod known;

use crate::Firmware;

pub use known::{KNOWN, LIST_ENDS};

/// A flaw that the maker published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advisory {
    /// The maker's number for it.
    pub id: &'static str,
    /// What goes wrong, as a clause.
    pub summary: &'static str,
    /// The oldest firmware that has it.
    pub from: Firmware,
    /// The oldest firmware that has it no more.
    pub until: Firmware,
    /// What it means here.
    pub reach: Reach,
}

/// Whether a flaw touches the keys that shares and approvals depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// A P-256 key in slot 9c or 9d can come to light.
    OurKeys,
    /// It is about something on the token that is not used here.
    Elsewhere,
}

impl Advisory {
    /// Whether tokens with this firmware have the flaw.
    pub fn touches(&self, firmware: Firmware) -> bool {
        (self.from..self.until).contains(&firmware)
    }
}

/// The known flaws of tokens with this firmware, oldest first.
pub fn of(firmware: Firmware) -> impl Iterator<Item = &'static Advisory> {
    KNOWN.iter().filter(move |advisory| advisory.touches(firmware))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(firmware: Firmware) -> Vec<&'static str> {
        of(firmware).map(|advisory| advisory.id).collect()
    }

    #[test]
    fn firmware_that_is_admitted_has_no_known_flaw_that_touches_our_keys() {
        for advisory in KNOWN.iter().filter(|advisory| advisory.reach == Reach::OurKeys) {
            assert!(advisory.until <= Firmware::MINIMUM, "{}", advisory.id);
        }
    }

    #[test]
    fn a_flaw_is_told_of_exactly_the_firmware_that_has_it() {
        assert_eq!(ids(Firmware(5, 6, 9)), ["YSA-2024-03"]);
        assert!(ids(Firmware(5, 7, 0)).is_empty());
        assert!(ids(Firmware(5, 7, 4)).is_empty());
        assert_eq!(ids(Firmware(4, 3, 4)), ["YSA-2017-01", "YSA-2024-03"]);
        assert_eq!(ids(Firmware(4, 4, 5)), ["YSA-2024-03"]);
    }

    #[test]
    fn the_list_is_in_order_and_every_range_is_one() {
        assert!(KNOWN.windows(2).all(|pair| pair[0].id < pair[1].id));
        for advisory in KNOWN {
            assert!(advisory.from < advisory.until && !advisory.summary.ends_with('.'));
        }
    }
}
