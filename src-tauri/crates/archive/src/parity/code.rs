//! The code itself: Reed–Solomon on the points of archive-1 A34, by `reed-solomon-simd`.
//!
//! The rate is named: left to itself the library takes another code where there is more parity than
//! data, and what is on a medium must not depend on such a choice.

use reed_solomon_simd::engine::DefaultEngine;
use reed_solomon_simd::rate::{HighRateDecoder, HighRateEncoder, RateDecoder, RateEncoder};

/// Makes the parity shards of one group after the other.
pub(crate) struct Encoder(HighRateEncoder<DefaultEngine>);

impl Encoder {
    /// For groups of `data` and `parity` shards of `shard` bytes.
    pub(crate) fn new(data: usize, parity: usize, shard: usize) -> Option<Self> {
        HighRateEncoder::new(data, parity, shard, DefaultEngine::new(), None).ok().map(Self)
    }

    /// Appends the parity shards of the data shards to `parity`; none if they are not as stated.
    pub(crate) fn encode_onto(&mut self, data: &[&[u8]], parity: &mut [Vec<u8>]) -> Option<()> {
        for shard in data {
            self.0.add_original_shard(shard).ok()?;
        }
        let encoded = self.0.encode().ok()?;
        parity.iter_mut().zip(encoded.recovery_iter()).for_each(|(whole, part)| whole.extend(part));
        Some(())
    }
}

/// Works the missing data shards out of those that are there; returns them by place. None if too
/// few are there.
pub(super) fn decode<'a>(
    (data, parity, shard): (usize, usize, usize),
    there: impl Iterator<Item = (usize, &'a [u8])>,
    parity_there: impl Iterator<Item = (usize, &'a [u8])>,
) -> Option<Vec<(usize, Vec<u8>)>> {
    let engine = DefaultEngine::new();
    let mut decoder = HighRateDecoder::new(data, parity, shard, engine, None).ok()?;
    for (place, shard) in there {
        decoder.add_original_shard(place, shard).ok()?;
    }
    for (place, shard) in parity_there {
        decoder.add_recovery_shard(place, shard).ok()?;
    }
    let decoded = decoder.decode().ok()?;
    Some(decoded.restored_original_iter().map(|(place, shard)| (place, shard.to_vec())).collect())
}
