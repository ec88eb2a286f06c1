//! Combining a quorum: the seed, and who gave a wrong share.

use keys::{MasterKey, Seed};
use secret::{Secret, SecretBytes, SecretText};
use terms::Fingerprint;

use crate::finding::{Finding, Reason, Rejection, Who};
use crate::slip39::{Header, Point, ShareWords, decrypt, recover, value_at};
use crate::subsets::choices;

/// The most secrets that one group's shares are asked for; more would need many liars.
const CANDIDATES_MAX: usize = 8;
/// The most combinations of groups that are decrypted, about a second of work (share-1 S34).
const ATTEMPTS_MAX: usize = 256;

/// Shares that may be combined: enough of each needed group, each checked as far as it can be.
///
/// Only [`crate::UntrustedQuorum::validate`] makes one.
#[derive(Debug)]
pub struct Quorum {
    pub(crate) header: Header,
    pub(crate) groups: Vec<Group>,
    pub(crate) expected: Vec<Fingerprint>,
    pub(crate) findings: Vec<Finding>,
}

/// The members of one group that has enough of them.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) number: u8,
    pub(crate) members: Vec<Member>,
}

#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) who: Who,
    pub(crate) words: ShareWords,
}

/// What a quorum gave.
#[derive(Debug)]
pub struct Combined {
    /// The seed.
    pub seed: Seed,
    /// Whether the recipient's fingerprint was known and is that of the seed.
    pub fingerprint_compared: bool,
    /// Shares that did not count or were found to be wrong; each names its holder.
    pub findings: Vec<Finding>,
}

impl Quorum {
    /// What was found wrong with shares that the quorum does not need.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Whose shares are in it, by group.
    pub fn holders(&self) -> impl Iterator<Item = &Who> {
        self.groups.iter().flat_map(|group| &group.members).map(|member| &member.who)
    }
}

/// Combines a quorum, compares the recipient's fingerprint, and names wrong shares.
///
/// Surplus shares are used to find a wrong one; the search is bounded (share-1 S33 to S35).
///
/// # Errors
///
/// The shares contradict each other, or they agree and give another key than expected.
pub fn combine(quorum: Quorum) -> Result<Combined, Rejection> {
    let Quorum { header, groups, expected, mut findings } = quorum;
    let candidates: Vec<(&Group, Vec<SecretBytes>)> =
        groups.iter().map(|group| (group, group.candidates())).collect();
    match search(&header, &candidates, &expected) {
        Ok(Opened { seed, encrypted, points }) => {
            for (group, _) in &candidates {
                let known: Vec<Point<'_>> = points.iter().map(|(x, value)| (*x, value)).collect();
                let value = if known.is_empty() {
                    SecretBytes::from_slice(encrypted.expose())
                } else {
                    value_at(&known, group.number)
                };
                findings.extend(group.wrong_members(&value));
            }
            Ok(Combined { seed, fingerprint_compared: !expected.is_empty(), findings })
        }
        Err(reason) => {
            findings.push(Finding { who: None, reason });
            Err(Rejection { findings })
        }
    }
}

/// A combination that opened: with the points of its groups, or none if one group was enough.
struct Opened {
    seed: Seed,
    encrypted: SecretBytes,
    points: Vec<(u8, SecretBytes)>,
}

fn search(
    header: &Header,
    candidates: &[(&Group, Vec<SecretBytes>)],
    expected: &[Fingerprint],
) -> Result<Opened, Reason> {
    let threshold = header.group_threshold;
    let mut attempts = 0;
    let mut opened: Option<Opened> = None;
    let mut other_result = None;
    for choice in choices(candidates.len(), usize::from(threshold)) {
        for picks in picks(&choice, candidates) {
            let points: Vec<Point<'_>> = picks;
            let Ok(encrypted) = recover(threshold, &points) else { continue };
            if opened.as_ref().is_some_and(|opened| opened.encrypted == encrypted) {
                continue;
            }
            attempts += 1;
            if attempts > ATTEMPTS_MAX {
                return Err(Reason::Disagree);
            }
            let seed = open(header, &encrypted)?;
            let found = MasterKey::derive(&seed).recipient().fingerprint();
            let keep = |(x, value): &Point<'_>| (*x, SecretBytes::from_slice(value.expose()));
            let points = if threshold == 1 { vec![] } else { points.iter().map(keep).collect() };
            match expected.first() {
                Some(_) if expected.contains(&found) => {
                    return Ok(Opened { seed, encrypted, points });
                }
                Some(expected) => {
                    let expected = *expected;
                    other_result = Some(Reason::OtherResult { expected, found });
                }
                // Two keys and no judge: neither is believed.
                None if opened.is_some() => return Err(Reason::Disagree),
                None => opened = Some(Opened { seed, encrypted, points }),
            }
        }
    }
    opened.ok_or(other_result.unwrap_or(Reason::Disagree))
}

/// Every way to pick one candidate of each chosen group.
fn picks<'a>(
    choice: &[usize],
    candidates: &'a [(&Group, Vec<SecretBytes>)],
) -> Vec<Vec<Point<'a>>> {
    let mut picks: Vec<Vec<Point<'a>>> = vec![Vec::new()];
    for at in choice {
        let (group, values) = &candidates[*at];
        let longer = |pick: Vec<Point<'a>>| {
            let with = move |value| [pick.clone(), vec![(group.number, value)]].concat();
            values.iter().map(with).collect::<Vec<_>>()
        };
        picks = picks.into_iter().flat_map(longer).take(ATTEMPTS_MAX + 1).collect();
    }
    picks
}

fn open(header: &Header, encrypted: &SecretBytes) -> Result<Seed, Reason> {
    let secret = decrypt(encrypted, header, &SecretText::from_exposed(""));
    Secret::from_slice(secret.expose()).map(Seed::from_secret).ok_or(Reason::Size)
}

impl Group {
    fn threshold(&self) -> u8 {
        self.members.first().map_or(1, |member| member.words.header().member_threshold)
    }

    fn point(&self, at: usize) -> Point<'_> {
        let words = &self.members[at].words;
        (words.header().member, words.value())
    }

    /// The secrets that enough members agree on; more than one only if somebody lies.
    fn candidates(&self) -> Vec<SecretBytes> {
        let threshold = self.threshold();
        let mut found: Vec<SecretBytes> = Vec::new();
        for choice in choices(self.members.len(), usize::from(threshold)) {
            let points: Vec<Point<'_>> = choice.iter().map(|at| self.point(*at)).collect();
            let Ok(secret) = recover(threshold, &points) else { continue };
            if !found.contains(&secret) {
                found.push(secret);
            }
            if found.len() == CANDIDATES_MAX {
                break;
            }
        }
        found
    }

    /// Members whose share does not belong to the group's true secret.
    fn wrong_members(&self, secret: &SecretBytes) -> Vec<Finding> {
        let threshold = self.threshold();
        let points = |choice: &[usize]| choice.iter().map(|at| self.point(*at)).collect::<Vec<_>>();
        let agrees = |choice: &Vec<usize>| {
            recover(threshold, &points(choice)).is_ok_and(|found| found == *secret)
        };
        let honest = choices(self.members.len(), usize::from(threshold)).find(agrees);
        let honest = honest.map(|choice| points(&choice));
        let is_wrong = |(_, member): &(usize, &Member)| {
            let (x, value) = (member.words.header().member, member.words.value());
            if threshold == 1 {
                return value != secret;
            }
            honest.as_ref().is_some_and(|points| value_at(points, x) != *value)
        };
        let members = self.members.iter().enumerate().filter(is_wrong);
        let finding = |(_, member): (usize, &Member)| Finding {
            who: Some(member.who.clone()),
            reason: Reason::WrongShare,
        };
        members.map(finding).collect()
    }
}
