//! A split as the registry stores it: its policy and all its records.

use minicbor::{Decode, Encode};
use terms::{Canonical, SplitId};

use crate::{GroupPolicy, PolicyError, QuorumError, QuorumPolicy, ShareRecord, SplitFacts};

/// The longest description: 256 records, refused before anything is decoded (share-1 S20).
const DESCRIPTION_MAX_BYTES: usize = 512 * 1024;
/// Version of the description's encoding.
const VERSION: u8 = 1;

/// All public records of one split, by group and member (share-1 S20).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SplitDescription {
    #[n(0)]
    version: u8,
    #[n(1)]
    records: Vec<ShareRecord>,
}

impl Canonical for SplitDescription {
    const NAME: &'static str = "a split description";
}

impl SplitDescription {
    /// Takes the records of a complete split, by group and member (share-1 S21).
    ///
    /// # Errors
    ///
    /// A record is missing, doubled, out of order or of another split.
    pub fn new(records: Vec<ShareRecord>) -> Result<Self, QuorumError> {
        let description = Self { version: VERSION, records };
        description.check()?;
        Ok(description)
    }

    /// The one encoding.
    pub fn encode(&self) -> Vec<u8> {
        terms::encode(self)
    }

    /// Reads a description and refuses every other encoding, and what no split can be.
    ///
    /// # Errors
    ///
    /// The bytes are not such a description.
    pub fn decode(bytes: &[u8]) -> Result<Self, QuorumError> {
        if bytes.len() > DESCRIPTION_MAX_BYTES {
            return Err(QuorumError::Description { reason: "it is longer than any description" });
        }
        let description: Self = terms::decode(bytes)?;
        description.check()?;
        Ok(description)
    }

    /// All records, by group and member.
    pub fn records(&self) -> &[ShareRecord] {
        &self.records
    }

    /// The record at a place.
    pub fn record(&self, group: u8, member: u8) -> Option<&ShareRecord> {
        let at = |record: &&ShareRecord| {
            record.place().group == group && record.place().member == member
        };
        self.records.iter().find(at)
    }

    /// What the split belongs to.
    pub fn facts(&self) -> SplitFacts {
        self.first().facts()
    }

    /// The act of splitting.
    pub fn split(&self) -> SplitId {
        self.first().facts().split
    }

    /// The identifier in the first two words of every share.
    pub fn identifier(&self) -> u16 {
        self.first().identifier()
    }

    /// Who holds, and how many open the key.
    ///
    /// # Errors
    ///
    /// Never for a description that was read or made: both check it.
    pub fn policy(&self) -> Result<QuorumPolicy, PolicyError> {
        let count = self.first().place().group_count;
        let groups = (0..count).map(|group| {
            let of_group = |record: &&ShareRecord| record.place().group == group;
            let places: Vec<_> =
                self.records.iter().filter(of_group).map(ShareRecord::place).collect();
            let (name, threshold) =
                places.first().map_or(("", 0), |p| (p.group_name.as_str(), p.member_threshold));
            let holders: Vec<&str> = places.iter().map(|place| place.holder.as_str()).collect();
            GroupPolicy::new(name, threshold, &holders)
        });
        QuorumPolicy::new(self.first().place().group_threshold, groups.collect::<Result<_, _>>()?)
    }

    fn first(&self) -> &ShareRecord {
        match self.records.first() {
            Some(record) => record,
            None => unreachable!("a description without records is not made"),
        }
    }

    fn check(&self) -> Result<(), QuorumError> {
        let refuse = |reason| Err(QuorumError::Description { reason });
        if self.version != VERSION {
            return refuse("this program does not know its version");
        }
        let Some(first) = self.records.first() else { return refuse("it has no records") };
        let mut expected = (0, 0);
        for (at, record) in self.records.iter().enumerate() {
            ShareRecord::decode(&record.encode())?;
            let (place, head) = (record.place(), first.place());
            if record.facts() != first.facts() || record.identifier() != first.identifier() {
                return refuse("its records are of different splits");
            }
            if (place.group_count, place.group_threshold)
                != (head.group_count, head.group_threshold)
            {
                return refuse("its records disagree about the groups");
            }
            if (place.group, place.member) != expected {
                return refuse("a record is missing, doubled or out of order");
            }
            let before = at.checked_sub(1).and_then(|at| self.records.get(at));
            let same_group = before.filter(|_| place.member > 0).map(ShareRecord::place);
            if same_group.is_some_and(|other| group_facts(other) != group_facts(place)) {
                return refuse("its records disagree about a group");
            }
            let is_last = place.member + 1 == place.member_count;
            expected = if is_last { (place.group + 1, 0) } else { (place.group, place.member + 1) };
        }
        if expected != (first.place().group_count, 0) {
            return refuse("a record is missing, doubled or out of order");
        }
        self.policy()?;
        Ok(())
    }
}

fn group_facts(place: &crate::Place) -> (&str, u8, u8) {
    (&place.group_name, place.member_count, place.member_threshold)
}
