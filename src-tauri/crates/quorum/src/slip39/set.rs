//! Two levels: groups that combine, and members that combine within a group.

use std::collections::BTreeMap;

use rand_core::CryptoRng;
use secret::{SecretBytes, SecretText};

use super::shamir::{self, Point};
use super::{COUNT_MAX, Header, SetError, ShareWords, cipher};

/// Splits a secret of 32 or 16 bytes: `groups` holds a threshold and a count for each group.
///
/// The shares are extendable and have the iteration exponent 0 (share-1 S2).
///
/// # Errors
///
/// SLIP-39 does not have these lengths, thresholds or counts.
pub fn split(
    secret: &SecretBytes,
    group_threshold: u8,
    groups: &[(u8, u8)],
    passphrase: &SecretText,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<Vec<ShareWords>>, SetError> {
    encrypt_and_split(secret, group_threshold, groups, passphrase, rng).map(|split| split.shares)
}

/// Combines exactly as many shares as the thresholds say; nothing surplus is left out silently
/// (share-1 S7).
///
/// # Errors
///
/// The shares do not belong together, are too few or too many, or one of them is wrong. A wrong
/// passphrase is not noticed: it gives another secret.
pub fn combine(shares: &[&ShareWords], passphrase: &SecretText) -> Result<SecretBytes, SetError> {
    let first = shares.first().ok_or(SetError::Empty)?;
    let header = first.header();
    let mut groups: BTreeMap<u8, Vec<&ShareWords>> = BTreeMap::new();
    for share in shares {
        check_same_split(first, share)?;
        groups.entry(share.header().group).or_default().push(share);
    }
    let (found, needed) = (groups.len(), usize::from(header.group_threshold));
    if found != needed {
        return Err(SetError::Groups { needed, found });
    }
    let mut secrets = Vec::with_capacity(groups.len());
    for (group, members) in &groups {
        secrets.push((*group, recover_group(*group, members)?));
    }
    let points: Vec<Point<'_>> = secrets.iter().map(|(group, value)| (*group, value)).collect();
    let encrypted = shamir::recover(header.group_threshold, &points)?;
    Ok(cipher::decrypt(&encrypted, header, passphrase))
}

/// Shares with what they were made of, so that a proof can compare.
pub(crate) struct Made {
    pub(crate) shares: Vec<Vec<ShareWords>>,
    pub(crate) group_secrets: Vec<SecretBytes>,
    pub(crate) encrypted: SecretBytes,
}

pub(crate) fn encrypt_and_split(
    secret: &SecretBytes,
    group_threshold: u8,
    groups: &[(u8, u8)],
    passphrase: &SecretText,
    rng: &mut dyn CryptoRng,
) -> Result<Made, SetError> {
    let group_count = check_parameters(secret, group_threshold, groups)?;
    let mut identifier = [0; 2];
    rng.fill_bytes(&mut identifier);
    let header = Header {
        identifier: u16::from_be_bytes(identifier) & 0x7fff,
        extendable: true,
        iteration_exponent: 0,
        group: 0,
        group_threshold,
        group_count,
        member: 0,
        member_threshold: 1,
    };
    let encrypted = cipher::encrypt(secret, &header, passphrase);
    let group_secrets = shamir::split(&encrypted, group_threshold, group_count, rng);
    let mut shares = Vec::with_capacity(groups.len());
    for ((group, group_secret), (threshold, count)) in (0..).zip(&group_secrets).zip(groups) {
        let header = Header { group, member_threshold: *threshold, ..header };
        let values = shamir::split(group_secret, *threshold, *count, rng);
        let member = |(member, value)| ShareWords::new(Header { member, ..header }, value);
        shares.push((0..).zip(values).map(member).collect());
    }
    Ok(Made { shares, group_secrets, encrypted })
}

/// One level: the secret of exactly `threshold` points.
pub(crate) fn recover(threshold: u8, points: &[Point<'_>]) -> Result<SecretBytes, SetError> {
    shamir::recover(threshold, points)
}

fn recover_group(group: u8, members: &[&ShareWords]) -> Result<SecretBytes, SetError> {
    let threshold = members.first().ok_or(SetError::Empty)?.header().member_threshold;
    for (at, share) in members.iter().enumerate() {
        let header = share.header();
        if header.member_threshold != threshold {
            return Err(SetError::Mixed { field: "member threshold" });
        }
        if members[..at].iter().any(|other| other.header().member == header.member) {
            return Err(SetError::Duplicate { group, member: header.member });
        }
    }
    let (needed, found) = (usize::from(threshold), members.len());
    if found != needed {
        return Err(SetError::Members { group, needed, found });
    }
    let points: Vec<Point<'_>> =
        members.iter().map(|share| (share.header().member, share.value())).collect();
    shamir::recover(threshold, &points)
}

fn check_same_split(first: &ShareWords, share: &ShareWords) -> Result<(), SetError> {
    const FIELDS: [&str; 5] =
        ["identifier", "extendable flag", "iteration exponent", "group threshold", "group count"];
    let fields = first.header().split_fields().into_iter().zip(share.header().split_fields());
    let mut named = FIELDS.iter().zip(fields);
    if let Some((field, _)) = named.find(|(_, (a, b))| a != b) {
        return Err(SetError::Mixed { field });
    }
    if first.value().len() != share.value().len() {
        return Err(SetError::Mixed { field: "length" });
    }
    Ok(())
}

fn check_parameters(
    secret: &SecretBytes,
    group_threshold: u8,
    groups: &[(u8, u8)],
) -> Result<u8, SetError> {
    let refuse = |reason| Err(SetError::Parameters { reason });
    if !matches!(secret.len(), 16 | 32) {
        return refuse("a secret has 16 or 32 bytes");
    }
    let count = u8::try_from(groups.len()).unwrap_or(u8::MAX);
    let within = |threshold, count| (1..=count).contains(&threshold) && count <= COUNT_MAX;
    if !within(group_threshold, count) {
        return refuse("there are 1 to 16 groups, of which at least one and at most all combine");
    }
    if !groups.iter().all(|(threshold, count)| within(*threshold, *count)) {
        return refuse("a group has 1 to 16 members, of whom at least one and at most all combine");
    }
    if groups.iter().any(|(threshold, count)| *threshold == 1 && *count != 1) {
        return refuse("a group with threshold 1 has one member");
    }
    Ok(count)
}
