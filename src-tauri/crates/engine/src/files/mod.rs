//! Files: where trees are read, volumes lie, and restored data goes.

mod medium;
mod target;
mod volumes;
mod walk;

pub use medium::open_set;
pub use target::{Conflict, Target};
pub(crate) use target::{Placed, Staged};
pub use volumes::FileVolumes;
pub(crate) use walk::{Found, Walk, xattrs};
