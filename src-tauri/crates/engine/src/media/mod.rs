//! Media: what carries the volumes of archives, whether it is still good, and when to look again.
//!
//! A medium is one thing with a name on it that lies in one place. It is checked without a key:
//! [`check`](check()) reads its frames in the order in which they lie and compares them with the
//! index, all of them or a part that rotates from check to check. Each check is on the record of
//! the vault; [`Standing`] says what the checks of a medium mean.

mod check;
mod connected;
mod error;
mod needed;
mod record;
mod standing;

pub use check::{Extent, Found, check};
pub use connected::{Connected, open_on};
pub use error::MediaError;
pub use needed::{NeededVolume, needed};
pub use record::{NewMedium, Visit, add, carried_by, check_medium, move_medium, retire};
pub use standing::{
    Coverage, Due, Intervals, MediumHealth, SLOWER_FACTOR, Standing, WINDOW, Warning, urgency,
};
