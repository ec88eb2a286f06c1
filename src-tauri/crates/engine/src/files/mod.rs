//! Files: where trees are read, volumes lie, and restored data goes.

mod access;
mod conflict;
mod dress;
mod folder;
mod look;
mod media;
mod medium;
mod owners;
mod probe;
mod quarantine;
mod refusals;
mod reread;
mod staging;
mod stamp;
mod target;
mod traits;
mod volumes;
mod walk;

pub use conflict::Conflict;
pub use dress::Dressing;
pub use folder::real_path;
pub(crate) use look::{TargetLook, There};
pub use media::{Media, SortedFile, open_set};
pub use medium::open_media;
pub(crate) use medium::{Medium, detached, read_capsule, volume_files};
pub(crate) use owners::Owners;
pub use owners::{OwnerRule, Owning};
pub(crate) use quarantine::{LeftOver, TakenOver, is_reserved};
pub(crate) use refusals::Refusals;
pub(crate) use reread::{Reread, Way};
pub(crate) use staging::Staging;
pub(crate) use stamp::Stamp;
pub(crate) use target::{Placed, Target, is_beside};
pub(crate) use traits::Room;
pub use traits::{TargetTraits, file_system_at};
pub(crate) use volumes::{
    CAPSULE_END, SIDECAR_END, VOLUME_END, make_folder, partial, rename_new, volume_name,
};
pub use volumes::{FileVolumes, left_over};
pub(crate) use walk::{Found, Walk, shown, xattrs};
