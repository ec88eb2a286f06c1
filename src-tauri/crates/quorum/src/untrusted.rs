//! Shares that came back, before they are believed.

use std::collections::BTreeSet;

use terms::{Environment, Fingerprint, SplitId, Timestamp};

use crate::combine::{Group, Member, Quorum};
use crate::finding::{Finding, Reason, Rejection, Who};
use crate::slip39::Header;
use crate::{OfferedShare, ShareRecord, ShareWords, SplitDescription};

/// Bytes of a seed, and so of every share's value.
const SEED_BYTES: usize = 32;

/// What is known about the key, and the shares offered so far.
#[derive(Debug)]
pub struct UntrustedQuorum {
    description: Option<SplitDescription>,
    /// Any of these will do; none is known if there is none.
    fingerprints: Vec<Fingerprint>,
    environment: Option<Environment>,
    retired: Vec<(SplitId, Timestamp)>,
    taken: Vec<Taken>,
    findings: Vec<Finding>,
}

/// How far a group is; for a screen that counts with its people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupProgress {
    /// The group's number, from 0.
    pub group: u8,
    /// What people call it, where a record says it.
    pub name: Option<String>,
    /// How many shares it needs.
    pub needed: u8,
    /// How many different shares of it were taken.
    pub have: usize,
}

#[derive(Debug)]
struct Taken {
    who: Who,
    record: Option<ShareRecord>,
    words: ShareWords,
}

impl UntrustedQuorum {
    /// Begins with what is known: the registry's description of the split that counts, and what
    /// the archive or the ceremony says about the key. On the worst day all three are missing.
    pub fn new(
        description: Option<SplitDescription>,
        fingerprint: Option<Fingerprint>,
        environment: Option<Environment>,
    ) -> Self {
        let facts = description.as_ref().map(SplitDescription::facts);
        let fingerprint = fingerprint.or(facts.as_ref().map(|facts| facts.recipient_fingerprint));
        let environment = environment.or(facts.map(|facts| facts.key.environment));
        let (retired, taken, findings) = (Vec::new(), Vec::new(), Vec::new());
        let fingerprints = fingerprint.into_iter().collect();
        Self { description, fingerprints, environment, retired, taken, findings }
    }

    /// Adds a split whose shares no longer count.
    #[must_use]
    pub fn with_retired(mut self, split: SplitId, since: Timestamp) -> Self {
        self.retired.push((split, since));
        self
    }

    /// Adds a key that will do as well: media may carry copies of the capsule that contradict each
    /// other, and a fingerprint beside a seal is a hint (keys-1 K10).
    #[must_use]
    pub fn with_fingerprint(mut self, fingerprint: Fingerprint) -> Self {
        if !self.fingerprints.contains(&fingerprint) {
            self.fingerprints.push(fingerprint);
        }
        self
    }

    /// Takes a share or says at once why it does not count (share-1 S26 to S31).
    ///
    /// # Errors
    ///
    /// What is wrong with it; the finding is also kept for [`Self::validate`]. Others may go on.
    pub fn offer(&mut self, share: OfferedShare) -> Result<(), Box<Finding>> {
        let OfferedShare { from, record, words } = share;
        let outcome = self.judge_record(record.as_ref()).and_then(|()| Ok(words?));
        let known = |words: &ShareWords| self.known_record(words);
        let mut who = match (&record, &outcome) {
            (Some(record), _) => Who::from_record(&from, record),
            (None, Ok(words)) => match known(words) {
                Some(record) => Who::from_record(&from, record),
                None => from_header(&from, words.header()),
            },
            (None, Err(_)) => Who { from, ..Who::default() },
        };
        let judged = outcome.and_then(|words| {
            self.judge_words(&words, record.as_ref())?;
            if record.is_none() && words.header().member_threshold == 1 {
                // Every holder of such a group has these words: they do not tell who offers them.
                (who.holder, who.member) = (None, None);
            }
            self.judge_repetition(&who, &words)?;
            Ok(words)
        });
        match judged {
            Ok(words) => {
                self.taken.push(Taken { who, record, words });
                Ok(())
            }
            Err(reason) => {
                let finding = Finding { who: Some(who), reason };
                self.findings.push(finding.clone());
                Err(Box::new(finding))
            }
        }
    }

    /// How far each group is that is known or has a share.
    pub fn progress(&self) -> Vec<GroupProgress> {
        let taken: Vec<&Taken> = self.taken.iter().collect();
        self.progress_of(&taken)
    }

    /// Whether the shares that were taken are enough for the thresholds that they state.
    pub fn is_met(&self) -> bool {
        let strangers = self.strangers();
        let own = self.taken.iter().enumerate().filter(|(at, _)| !strangers.contains(at));
        let own: Vec<&Taken> = own.map(|(_, taken)| taken).collect();
        let needed = own.first().map(|taken| taken.words.header().group_threshold);
        let progress = self.progress_of(&own);
        let full = progress.iter().filter(|group| group.have >= usize::from(group.needed)).count();
        needed.is_some_and(|needed| full >= usize::from(needed))
    }

    /// Shares that were taken and belong to another split than most of them; of two that differ
    /// nobody can say yet which is right.
    pub fn apart(&self) -> Vec<&Who> {
        self.strangers().into_iter().map(|at| &self.taken[at].who).collect()
    }

    /// Says whether the shares can open the key, and if not, everything that is in the way.
    ///
    /// A wrong share is no obstacle when the others are enough: the [`Quorum`] carries the
    /// findings along (share-1 S32).
    ///
    /// # Errors
    ///
    /// All findings: each refused share with its holder, and each group that lacks shares.
    pub fn validate(mut self) -> Result<Quorum, Rejection> {
        let strangers = self.strangers();
        for at in strangers.into_iter().rev() {
            let who = Some(self.taken.remove(at).who);
            self.findings.push(Finding { who, reason: Reason::OtherSplit });
        }
        let Some(header) = self.taken.first().map(|taken| *taken.words.header()) else {
            return Err(self.reject_empty());
        };
        let progress = self.progress();
        let is_full = |group: &&GroupProgress| group.have >= usize::from(group.needed);
        let full: Vec<u8> = progress.iter().filter(is_full).map(|group| group.group).collect();
        if full.len() < usize::from(header.group_threshold) {
            let lacks = self.lacks(&progress, &header);
            self.findings.extend(lacks);
            return Err(Rejection { findings: self.findings });
        }
        let mut expected = self.fingerprints;
        if expected.is_empty() {
            let record = self.taken.iter().find_map(|taken| taken.record.as_ref());
            expected.extend(record.map(|record| record.facts().recipient_fingerprint));
        }
        let mut groups: Vec<Group> =
            full.into_iter().map(|number| Group { number, members: Vec::new() }).collect();
        for Taken { who, words, .. } in self.taken {
            if let Some(group) = groups.iter_mut().find(|g| g.number == words.header().group) {
                group.members.push(Member { who, words });
            }
        }
        Ok(Quorum { header, groups, expected, findings: self.findings })
    }

    /// What the record alone tells, before a word is looked at (share-1 S26, S27, S28, S29).
    fn judge_record(&self, record: Option<&ShareRecord>) -> Result<(), Reason> {
        let Some(record) = record else { return Ok(()) };
        let facts = record.facts();
        if let Some(expected) = self.environment.filter(|env| *env != facts.key.environment) {
            let belongs = facts.key.environment;
            return Err(Reason::OtherEnvironment { belongs, expected });
        }
        let fingerprint = facts.recipient_fingerprint;
        if !self.fingerprints.is_empty() && !self.fingerprints.contains(&fingerprint) {
            return Err(Reason::ForeignKey { key: facts.key, fingerprint });
        }
        if let Some((split, since)) = self.retired.iter().find(|(id, _)| *id == facts.split) {
            return Err(Reason::RetiredSplit { split: *split, since: *since });
        }
        let Some(description) = &self.description else { return Ok(()) };
        if description.split() != facts.split {
            return Err(Reason::OtherSplit);
        }
        let place = record.place();
        if description.record(place.group, place.member) != Some(record) {
            return Err(Reason::OtherRecord);
        }
        Ok(())
    }

    /// What the words tell, compared with their record or with the registry's (share-1 S30).
    fn judge_words(&self, words: &ShareWords, record: Option<&ShareRecord>) -> Result<(), Reason> {
        if words.value().len() != SEED_BYTES {
            return Err(Reason::Size);
        }
        if let Some(record) = record {
            return record.check_words(words);
        }
        let Some(description) = &self.description else { return Ok(()) };
        if description.identifier() != words.header().identifier {
            return Err(Reason::OtherSplit);
        }
        self.known_record(words).ok_or(Reason::Altered)?.check_words(words)
    }

    fn judge_repetition(&self, who: &Who, words: &ShareWords) -> Result<(), Reason> {
        // Holders of a group with threshold 1 have the same words and are no repetition.
        let is_shared = words.header().member_threshold == 1;
        let same = |taken: &&Taken| {
            taken.words == *words && (!is_shared || taken.who.member == who.member)
        };
        match self.taken.iter().find(same) {
            Some(_) if is_shared && who.member.is_none() => Ok(()),
            Some(first) => Err(Reason::Duplicate { first: first.who.from.clone() }),
            None => Ok(()),
        }
    }

    /// The registry's record for the place that words without a record claim.
    fn known_record(&self, words: &ShareWords) -> Option<&ShareRecord> {
        let header = words.header();
        let description = self.description.as_ref()?;
        let record = description.record(header.group, header.member)?;
        (description.identifier() == header.identifier).then_some(record)
    }

    /// Places of shares that belong to another split than the fullest one.
    fn strangers(&self) -> Vec<usize> {
        let rank = |taken: &Taken| {
            let same: Vec<&Taken> = self
                .taken
                .iter()
                .filter(|other| other.words.header().same_split(taken.words.header()))
                .collect();
            let progress = self.progress_of(&same);
            let full = progress.iter().filter(|group| group.have >= usize::from(group.needed));
            let is_full = full.count() >= usize::from(taken.words.header().group_threshold);
            (is_full, same.len())
        };
        let Some(best) = self.taken.iter().rev().max_by_key(|taken| rank(taken)) else {
            return Vec::new();
        };
        let header = best.words.header();
        let is_stranger = |(_, taken): &(usize, &Taken)| !taken.words.header().same_split(header);
        self.taken.iter().enumerate().filter(is_stranger).map(|(at, _)| at).collect()
    }

    fn progress_of(&self, taken: &[&Taken]) -> Vec<GroupProgress> {
        let places = self.description.iter().flat_map(SplitDescription::records);
        let known = places.map(|record| {
            let place = record.place();
            (place.group, place.member_threshold, Some(&place.group_name))
        });
        let offered = taken.iter().map(|taken| {
            let header = taken.words.header();
            let name = taken.who.group.as_ref().and_then(|(_, name)| name.as_ref());
            (header.group, header.member_threshold, name)
        });
        let mut progress: Vec<GroupProgress> = Vec::new();
        for (group, needed, name) in known.chain(offered) {
            match progress.iter_mut().find(|known| known.group == group) {
                Some(known) => known.name = known.name.take().or(name.cloned()),
                None => {
                    let of_group = taken.iter().map(|taken| taken.words.header());
                    let members: BTreeSet<u8> =
                        of_group.filter(|h| h.group == group).map(|h| h.member).collect();
                    let (have, name) = (members.len(), name.cloned());
                    progress.push(GroupProgress { group, name, needed, have });
                }
            }
        }
        progress.sort_by_key(|group| group.group);
        progress
    }

    fn lacks(&self, progress: &[GroupProgress], header: &Header) -> Vec<Finding> {
        let lacking = progress.iter().filter(|group| group.have < usize::from(group.needed));
        let mut reasons: Vec<Reason> = lacking
            .map(|group| Reason::TooFew {
                group: group.name.clone().unwrap_or_else(|| (group.group + 1).to_string()),
                needed: usize::from(group.needed),
                have: group.have,
                could_come: self.could_come(group.group),
            })
            .collect();
        let (needed, have) = (usize::from(header.group_threshold), progress.len());
        if have < needed {
            reasons.push(Reason::TooFewGroups { needed, have });
        }
        reasons.into_iter().map(|reason| Finding { who: None, reason }).collect()
    }

    /// Holders of a group whose share was not taken.
    fn could_come(&self, group: u8) -> Vec<String> {
        let records = self.description.iter().flat_map(SplitDescription::records);
        let places = records.map(ShareRecord::place).filter(|place| place.group == group);
        let came = |holder: &str| {
            self.taken.iter().any(|taken| taken.who.holder.as_deref() == Some(holder))
        };
        places.map(|place| place.holder.clone()).filter(|holder| !came(holder)).collect()
    }

    fn reject_empty(mut self) -> Rejection {
        let progress = self.progress();
        for group in progress {
            let reason = Reason::TooFew {
                group: group.name.unwrap_or_else(|| (group.group + 1).to_string()),
                needed: usize::from(group.needed),
                have: 0,
                could_come: self.could_come(group.group),
            };
            self.findings.push(Finding { who: None, reason });
        }
        if self.description.is_none() {
            let reason = Reason::TooFewGroups { needed: 1, have: 0 };
            self.findings.push(Finding { who: None, reason });
        }
        Rejection { findings: self.findings }
    }
}

fn from_header(from: &str, header: &Header) -> Who {
    let (group, member) = (Some((header.group, None)), Some(header.member));
    Who { from: from.to_owned(), holder: None, group, member }
}
