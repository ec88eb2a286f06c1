//! Splitting a seed, and the proof that every share is good before one leaves the function.

use keys::{MasterKey, Seed};
use rand_core::CryptoRng;
use secret::{SecretBytes, SecretText};

use crate::record::SALT_BYTES;
use crate::slip39::{Made, Point, ShareWords, decrypt, encrypt_and_split, recover, value_at};
use crate::subsets::choices;
use crate::{Place, QuorumError, QuorumPolicy, Share, ShareRecord, SplitDescription, SplitFacts};

/// Where SLIP-39 keeps the secret of a level.
const SECRET_X: u8 = 255;

/// A split that proved itself: what the registry stores, and what the holders get.
#[derive(Debug)]
pub struct Split {
    /// The public half.
    pub description: SplitDescription,
    /// One share per holder, by group and member.
    pub shares: Vec<Share>,
}

/// Splits `seed` among the holders of `policy` and proves every share (share-1 S22 to S25).
///
/// # Errors
///
/// The facts name another key, the randomness repeats itself, or a proof fails; then nothing
/// leaves this function.
pub fn split(
    seed: &Seed,
    policy: &QuorumPolicy,
    facts: &SplitFacts,
    rng: &mut dyn CryptoRng,
) -> Result<Split, QuorumError> {
    let found = MasterKey::derive(seed).recipient().fingerprint();
    if found != facts.recipient_fingerprint {
        return Err(QuorumError::Facts { stated: facts.recipient_fingerprint, found });
    }
    check_randomness(rng)?;
    let groups: Vec<_> = policy.groups().iter().map(crate::GroupPolicy::slip39).collect();
    let secret = SecretBytes::from_slice(seed.expose());
    let empty = SecretText::from_exposed("");
    let made = encrypt_and_split(&secret, policy.group_threshold(), &groups, &empty, rng)?;
    prove(&made, &secret, policy.group_threshold(), &groups)?;
    let mut shares = Vec::new();
    for ((group, words), named) in (0..).zip(&made.shares).zip(policy.groups()) {
        for (member, holder) in (0..).zip(named.holders()) {
            let place = Place {
                group,
                group_name: named.name().to_owned(),
                group_count: count(policy.groups().len()),
                group_threshold: policy.group_threshold(),
                member,
                holder: holder.clone(),
                member_count: count(named.holders().len()),
                member_threshold: named.threshold(),
            };
            let mut salt = [0; SALT_BYTES];
            rng.fill_bytes(&mut salt);
            let own = if named.threshold() == 1 { 0 } else { usize::from(member) };
            let words = read_back(&words[own])?;
            shares.push(Share { record: ShareRecord::new(facts, place, salt, &words), words });
        }
    }
    let description = SplitDescription::new(shares.iter().map(|s| s.record.clone()).collect())?;
    Ok(Split { description, shares })
}

/// Refuses a source that gives the same block twice, or one byte over and over (share-1 S22).
fn check_randomness(rng: &mut dyn CryptoRng) -> Result<(), QuorumError> {
    let mut draw = || SecretBytes::from_fill(32, |bytes| rng.fill_bytes(bytes));
    let blocks = [draw(), draw()];
    let is_flat =
        |block: &SecretBytes| block.expose().iter().all(|byte| *byte == block.expose()[0]);
    if blocks[0] == blocks[1] || blocks.iter().any(is_flat) {
        return Err(QuorumError::Randomness);
    }
    Ok(())
}

/// Every choice of members gives its group's secret, every choice of groups gives the seed, and
/// one less gives neither (share-1 S23, S24): at most 12 870 choices for each group and level.
fn prove(
    made: &Made,
    secret: &SecretBytes,
    group_threshold: u8,
    groups: &[(u8, u8)],
) -> Result<(), QuorumError> {
    let header = match made.shares.iter().flatten().next() {
        Some(first) => *first.header(),
        None => return Err(QuorumError::Proof { what: "there are no shares" }),
    };
    if decrypt(&made.encrypted, &header, &SecretText::from_exposed("")) != *secret {
        return Err(QuorumError::Proof { what: "the passphrase layer does not invert" });
    }
    for ((shares, group_secret), (threshold, _)) in
        made.shares.iter().zip(&made.group_secrets).zip(groups)
    {
        let words: Vec<_> = shares.iter().map(read_back).collect::<Result<_, _>>()?;
        let points: Vec<Point<'_>> =
            words.iter().map(|share| (share.header().member, share.value())).collect();
        prove_level(*threshold, &points, group_secret)?;
    }
    let points: Vec<Point<'_>> = (0..).zip(&made.group_secrets).collect();
    prove_level(group_threshold, &points, &made.encrypted)
}

fn prove_level(
    threshold: u8,
    points: &[Point<'_>],
    secret: &SecretBytes,
) -> Result<(), QuorumError> {
    let chosen = |choice: Vec<usize>| choice.into_iter().map(|at| points[at]).collect::<Vec<_>>();
    for choice in choices(points.len(), usize::from(threshold)).map(chosen) {
        if recover(threshold, &choice)? != *secret {
            return Err(QuorumError::Proof { what: "a quorum gives another secret" });
        }
    }
    if threshold > 1 {
        for choice in choices(points.len(), usize::from(threshold) - 1).map(chosen) {
            if value_at(&choice, SECRET_X) == *secret {
                return Err(QuorumError::Proof { what: "fewer than a quorum give the secret" });
            }
        }
    }
    Ok(())
}

/// A share as its holder will read it: from its words.
fn read_back(share: &ShareWords) -> Result<ShareWords, QuorumError> {
    let read = ShareWords::parse(share.to_text().expose());
    match read {
        Ok(read) if read == *share => Ok(read),
        _ => Err(QuorumError::Proof { what: "a share does not read back from its words" }),
    }
}

fn count(len: usize) -> u8 {
    u8::try_from(len).unwrap_or(u8::MAX)
}
