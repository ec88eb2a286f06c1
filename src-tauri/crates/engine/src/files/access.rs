//! POSIX access lists, as the kernel keeps them in attributes (`linux/posix_acl_xattr.h`).

use super::owners::OwnerRule;

/// The attributes that hold access lists.
pub(super) const LISTS: [&[u8]; 2] = [b"system.posix_acl_access", b"system.posix_acl_default"];

const VERSION: [u8; 4] = 2_u32.to_le_bytes();
const NOBODY: u32 = u32::MAX;

const OWNER: u16 = 0x01;
const USER: u16 = 0x02;
const OWNING_GROUP: u16 = 0x04;
const GROUP: u16 = 0x08;
const MASK: u16 = 0x10;
const OTHERS: u16 = 0x20;

/// One line of an access list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Right {
    whose: u16,
    id: u32,
    bits: u16,
}

/// An access list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct AccessList(Vec<Right>);

impl AccessList {
    /// Takes the value of an attribute; none if it is no list.
    pub(super) fn parse(value: &[u8]) -> Option<Self> {
        let (records, rest) = value.strip_prefix(&VERSION)?.as_chunks::<8>();
        let right = |record: &[u8; 8]| {
            let [a, b, c, d, ref id @ ..] = *record;
            let (whose, bits) = (u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]));
            Right { whose, id: u32::from_le_bytes(*id), bits }
        };
        rest.is_empty().then(|| Self(records.iter().map(right).collect()))
    }

    /// The list with the users and groups that `owners` has for them; whoever has none here is left
    /// out.
    pub(super) fn mapped(&self, owners: &OwnerRule) -> Self {
        let mapped = |right: &Right| {
            let id = match right.whose {
                USER => owners.user(right.id, None)?,
                GROUP => owners.group(right.id, None)?,
                _ => right.id,
            };
            Some(Right { id, ..*right })
        };
        let mut rights: Vec<Right> = self.0.iter().filter_map(mapped).collect();
        // The kernel wants them in order; what two ids became one keeps what was granted first.
        rights.sort_by_key(|right| (right.whose, right.id));
        rights.dedup_by_key(|right| (right.whose, right.id));
        Self(rights)
    }

    /// Whether somebody of `other` has no line here.
    pub(super) fn is_shorter_than(&self, other: &Self) -> bool {
        self.0.len() < other.0.len()
    }

    /// What the owning group may do: where there is a list, the mode says something else.
    pub(super) fn group_bits(&self) -> Option<u32> {
        let bits = |whose| self.0.iter().find(|right| right.whose == whose).map(|r| r.bits);
        let mask = bits(MASK).unwrap_or(7);
        bits(OWNING_GROUP).map(|group| u32::from(group & mask & 7))
    }

    /// The value of an attribute.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut value = VERSION.to_vec();
        for Right { whose, id, bits } in &self.0 {
            value.extend(whose.to_le_bytes());
            value.extend(bits.to_le_bytes());
            value.extend(id.to_le_bytes());
        }
        value
    }
}

/// A list that says no more than a mode does.
pub(super) fn smallest_list() -> Vec<u8> {
    let right = |whose, bits| Right { whose, id: NOBODY, bits };
    AccessList(vec![right(OWNER, 6), right(OWNING_GROUP, 0), right(OTHERS, 0)]).encode()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::owners::Owning;

    fn list() -> AccessList {
        let right = |whose, id, bits| Right { whose, id, bits };
        AccessList(vec![
            right(OWNER, NOBODY, 7),
            right(USER, 1000, 6),
            right(USER, 1001, 4),
            right(OWNING_GROUP, NOBODY, 5),
            right(GROUP, 50, 7),
            right(MASK, NOBODY, 6),
            right(OTHERS, NOBODY, 0),
        ])
    }

    #[test]
    fn a_list_is_read_as_it_is_written_and_garbage_is_no_list() {
        assert_eq!(AccessList::parse(&list().encode()), Some(list()));
        let value = list().encode();
        assert_eq!(AccessList::parse(&value[..value.len() - 1]), None);
        assert_eq!(AccessList::parse(b"\x01\0\0\0"), None);
    }

    #[test]
    fn the_owning_group_gets_no_more_than_its_own_line_and_the_mask() {
        assert_eq!(list().group_bits(), Some(4));
        assert_eq!(AccessList(Vec::new()).group_bits(), None);
    }

    #[test]
    fn people_of_a_list_follow_the_owners_and_strangers_are_left_out() {
        let mut owners = OwnerRule::new(Owning::None);
        owners.map_user("1001=7").unwrap();
        let mapped = list().mapped(&owners);
        let people: Vec<_> = mapped.0.iter().filter(|r| [USER, GROUP].contains(&r.whose)).collect();
        assert_eq!(people, [&Right { whose: USER, id: 7, bits: 4 }]);
        assert_eq!(list().mapped(&OwnerRule::new(Owning::ByNumber)), list());
    }
}
