//! Memory for secrets: slots in pages that are locked and left out of core dumps.
//!
//! This is the one place of the workspace with `unsafe` code. Pages come from the kernel (never
//! from the allocator, which would mix them with ordinary data), are cut into slots of
//! [`SLOT`] bytes, and are kept for reuse; a slot is wiped before it is handed out again. A secret
//! longer than a slot gets a mapping of its own, which is unmapped after wiping.
#![allow(unsafe_code)]

use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use rustix::mm::{self, Advice, MapFlags, ProtFlags};
use zeroize::Zeroize;

/// Bytes in one slot; most secrets are keys of 32 bytes.
const SLOT: usize = 64;
/// Bytes mapped at a time for slots: four pages on common machines.
const REGION: usize = 16 * 1024;

/// What the system allowed for the memory of secrets so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Protection {
    /// Every page so far was locked, so that none can reach swap.
    pub locked: bool,
    /// Every page so far is left out of core dumps.
    pub undumpable: bool,
}

static LOCKED: AtomicBool = AtomicBool::new(true);
static UNDUMPABLE: AtomicBool = AtomicBool::new(true);
static FREE: Mutex<Vec<Slot>> = Mutex::new(Vec::new());

/// States what the system allowed: programs show it before a secret is typed.
pub fn protection() -> Protection {
    Protection {
        locked: LOCKED.load(Ordering::Relaxed),
        undumpable: UNDUMPABLE.load(Ordering::Relaxed),
    }
}

/// A slot that nobody uses.
struct Slot(NonNull<u8>);

// SAFETY: a slot on the free list is owned by the list alone; nothing else points to it.
unsafe impl Send for Slot {}

/// Exclusively owned bytes in protected memory; zero when made, wiped when dropped.
pub(crate) struct Pages {
    start: NonNull<u8>,
    len: usize,
}

// SAFETY: the bytes are owned exclusively, like those of a `Box<[u8]>`.
unsafe impl Send for Pages {}
// SAFETY: shared access gives out shared slices only.
unsafe impl Sync for Pages {}

impl Pages {
    /// Takes `len` zero bytes of protected memory.
    pub(crate) fn zeroed(len: usize) -> Self {
        let start = if len <= SLOT { take_slot() } else { map(len) };
        Self { start, len }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        // SAFETY: `start` points to at least `len` initialised bytes that `self` owns.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: as in `bytes`, and `&mut self` makes the access exclusive.
        unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr(), self.len) }
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.bytes_mut().zeroize();
        if self.len <= SLOT {
            let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
            free.push(Slot(self.start));
        } else {
            // SAFETY: `start` came from `map(len)` and nothing refers to it after this drop.
            let _ = unsafe { mm::munmap(self.start.as_ptr().cast(), self.len) };
        }
    }
}

fn take_slot() -> NonNull<u8> {
    let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
    if free.is_empty() {
        let region = map(REGION);
        for offset in (0..REGION).step_by(SLOT) {
            // SAFETY: `offset` is below `REGION`, the length of the mapping.
            free.push(Slot(unsafe { region.add(offset) }));
        }
    }
    match free.pop() {
        Some(slot) => slot.0,
        None => unreachable!("a region holds at least one slot"),
    }
}

/// Maps `len` fresh zero bytes, locks them and keeps them out of dumps where the system allows.
fn map(len: usize) -> NonNull<u8> {
    let flags = MapFlags::PRIVATE;
    // SAFETY: a fresh anonymous mapping at an address the kernel chooses aliases nothing.
    let mapped = unsafe {
        mm::mmap_anonymous(ptr::null_mut(), len, ProtFlags::READ | ProtFlags::WRITE, flags)
    };
    let Some(start) = mapped.ok().and_then(NonNull::new) else {
        std::alloc::handle_alloc_error(
            std::alloc::Layout::array::<u8>(len).unwrap_or(std::alloc::Layout::new::<u8>()),
        )
    };
    // SAFETY: the range is exactly the mapping made above.
    if unsafe { mm::mlock(start.as_ptr(), len) }.is_err() {
        LOCKED.store(false, Ordering::Relaxed);
    }
    // SAFETY: as above; the advice changes what a dump holds, not what the memory holds.
    if unsafe { mm::madvise(start.as_ptr(), len, Advice::LinuxDontDump) }.is_err() {
        UNDUMPABLE.store(false, Ordering::Relaxed);
    }
    start.cast()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reused_slot_holds_nothing_of_the_secret_before() {
        for _ in 0..1000 {
            let mut pages = Pages::zeroed(32);
            assert_eq!(pages.bytes(), [0; 32]);
            pages.bytes_mut().fill(0xa5);
        }
    }

    #[test]
    fn slots_do_not_overlap() {
        let mut taken: Vec<_> = (0..600).map(|_| Pages::zeroed(SLOT)).collect();
        for (tag, pages) in (0_u8..=255).cycle().zip(&mut taken) {
            pages.bytes_mut().fill(tag);
        }
        for (tag, pages) in (0_u8..=255).cycle().zip(&taken) {
            assert!(pages.bytes().iter().all(|byte| *byte == tag));
        }
    }

    #[test]
    fn the_pages_are_marked_locked_and_undumpable_in_the_kernel_s_own_list() {
        let pages = Pages::zeroed(100_000);
        let address = format!("{:x}-", pages.bytes().as_ptr() as usize);
        let smaps = std::fs::read_to_string("/proc/self/smaps").unwrap();
        let (_, entry) = smaps.split_once(&address).unwrap();
        let flags = entry.lines().find(|line| line.starts_with("VmFlags")).unwrap();
        assert!(flags.contains(" dd"), "{flags}");
        assert_eq!(flags.contains(" lo"), protection().locked, "{flags}");
    }
}
