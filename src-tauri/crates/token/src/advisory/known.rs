//! The advisories that this program knows. A new one is a line here, and moves [`LIST_ENDS`].

use super::Advisory;
use super::Reach::{Elsewhere, OurKeys};
use crate::Firmware;

/// The month up to which the list was kept; nothing is known of what was published later.
pub const LIST_ENDS: &str = "2024-09";

/// All of them, oldest first.
pub const KNOWN: &[Advisory] = &[
    Advisory {
        id: "YSA-2017-01",
        summary: "RSA keys made in the token can be computed from their public halves (ROCA)",
        from: Firmware(4, 2, 6),
        until: Firmware(4, 3, 5),
        reach: Elsewhere,
    },
    Advisory {
        id: "YSA-2019-02",
        summary: "after power-up random numbers are partly known, ECDSA keys leak (FIPS series)",
        from: Firmware(4, 4, 2),
        until: Firmware(4, 4, 5),
        reach: OurKeys,
    },
    Advisory {
        id: "YSA-2024-03",
        summary: "who holds the token for some minutes can measure its ECDSA keys (EUCLEAK)",
        from: Firmware(0, 0, 0),
        until: Firmware(5, 7, 0),
        reach: OurKeys,
    },
];
