//! Copying a medium that may die: first what reads well, then the rest in small pieces.

use std::ops::Range;

use archive::ReadAt;

use super::ahead::Ahead;
use crate::EngineError;

/// Bytes that are copied at once.
const BLOCK_BYTES: u64 = 1 << 20;
/// What does not come at once is read in pieces of this size, each so often (readmap-1 R5).
const PIECE_BYTES: usize = 4096;
const TRIES: usize = 3;

/// Takes bytes and where they lie on the medium.
type Take<'a> = &'a mut dyn FnMut(&[u8], u64) -> Result<(), EngineError>;

/// Hands the `size` bytes of a medium to `take`, in blocks: in their order what reads well, and
/// then in their order what was refused or left out behind that. What does not come is zeros.
///
/// # Errors
///
/// Those of `take`.
pub(crate) fn copy_patiently(
    medium: &dyn ReadAt,
    size: u64,
    take: Take<'_>,
) -> Result<(), EngineError> {
    let (mut ahead, mut later) = (Ahead::default(), Vec::<Range<u64>>::new());
    let mut block = Vec::new();
    for range in blocks(0..size) {
        block.resize(usize::try_from(range.end - range.start).unwrap_or(0), 0);
        let is_left_out = ahead.leaves_out(range.start);
        if is_left_out || medium.read_exact_at(&mut block, range.start).is_err() {
            if !is_left_out {
                ahead.refused(range.end);
            }
            match later.last_mut().filter(|last| last.end == range.start) {
                Some(last) => last.end = range.end,
                None => later.push(range),
            }
            continue;
        }
        ahead.gave(range.start);
        take(&block, range.start)?;
    }
    for range in later.into_iter().flat_map(blocks) {
        block.resize(usize::try_from(range.end - range.start).unwrap_or(0), 0);
        if medium.read_exact_at(&mut block, range.start).is_err() {
            for (number, piece) in (0..).zip(block.chunks_mut(PIECE_BYTES)) {
                let at = range.start + number * PIECE_BYTES as u64;
                if !(0..TRIES).any(|_| medium.read_exact_at(piece, at).is_ok()) {
                    piece.fill(0);
                }
            }
        }
        take(&block, range.start)?;
    }
    Ok(())
}

/// A range, block by block.
fn blocks(range: Range<u64>) -> impl Iterator<Item = Range<u64>> {
    let starts = range.clone().step_by(usize::try_from(BLOCK_BYTES).unwrap_or(usize::MAX));
    starts.map(move |start| start..range.end.min(start + BLOCK_BYTES))
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Mutex;

    use super::*;

    /// A medium with a bad place, and another that gives something at the third time only.
    struct Dying {
        bytes: Vec<u8>,
        bad: Range<u64>,
        hardly: Range<u64>,
        tries: Mutex<u32>,
        read: Mutex<Vec<u64>>,
    }

    impl ReadAt for Dying {
        fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
            self.read.lock().unwrap().push(offset);
            let end = offset + buffer.len() as u64;
            let touches = |range: &Range<u64>| range.start < end && range.end > offset;
            let refused = Err(io::Error::from_raw_os_error(5));
            if touches(&self.bad) {
                return refused;
            }
            if touches(&self.hardly) {
                let mut tries = self.tries.lock().unwrap();
                *tries += u32::from(buffer.len() == PIECE_BYTES);
                if buffer.len() > PIECE_BYTES || *tries < 3 {
                    return refused;
                }
            }
            self.bytes.read_at(buffer, offset)
        }

        fn size(&self) -> io::Result<u64> {
            self.bytes.size()
        }
    }

    #[test]
    fn what_reads_well_comes_first_and_bad_places_last_and_small() {
        let size = 12 << 20;
        let bytes = crate::tests::desk::noise(size);
        let (bad, hardly) =
            ((3 << 20) + 5000..(3 << 20) + 5001, (8 << 20) + 4096..(8 << 20) + 4097);
        let (tries, read) = (Mutex::default(), Mutex::default());
        let medium = Dying { bytes: bytes.clone(), bad, hardly, tries, read };
        let (mut copy, mut order) = (vec![0xee; size], Vec::new());
        let taken = copy_patiently(&medium, size as u64, &mut |block, at| {
            let start = usize::try_from(at).unwrap();
            copy[start..start + block.len()].copy_from_slice(block);
            order.push(at >> 20);
            Ok(())
        });
        taken.unwrap();
        // Behind each refusal a megabyte is left out.
        assert_eq!(order, [0, 1, 2, 5, 6, 7, 10, 11, 3, 4, 8, 9]);
        let lost = (3 << 20) + 4096..(3 << 20) + 8192;
        assert!(copy[lost.clone()].iter().all(|byte| *byte == 0));
        assert!(copy[..lost.start] == bytes[..lost.start] && copy[lost.end..] == bytes[lost.end..]);
        // Nothing that read well was read again.
        let read = medium.read.lock().unwrap();
        assert_eq!(read.iter().filter(|at| **at == 0).count(), 1);
    }
}
