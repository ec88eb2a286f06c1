//! Lists of a report that damage could make as long as it likes.

use std::ops::Deref;

use serde::{Serialize, Serializer};

/// Most items of such a list; what more there is is counted.
const ITEMS_MAX: usize = 100_000;

/// The first items of a list, and how many there are. It reads and is written as those items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounded<T> {
    first: Vec<T>,
    more: u64,
}

impl<T> Bounded<T> {
    /// Adds an item, or counts it if there are so many already.
    pub(crate) fn push(&mut self, item: T) {
        if self.first.len() < ITEMS_MAX {
            self.first.push(item);
        } else {
            self.more += 1;
        }
    }

    /// Adds all of another list.
    pub(super) fn append(&mut self, other: Self) {
        self.more += other.more;
        other.first.into_iter().for_each(|item| self.push(item));
    }

    /// How many there are, those that are only counted too.
    pub fn count(&self) -> u64 {
        self.first.len() as u64 + self.more
    }

    /// How many are only counted.
    pub fn more(&self) -> u64 {
        self.more
    }
}

impl<T> Default for Bounded<T> {
    fn default() -> Self {
        Self { first: Vec::new(), more: 0 }
    }
}

impl<T> Deref for Bounded<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.first
    }
}

impl<'a, T> IntoIterator for &'a Bounded<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.first.iter()
    }
}

impl<T: Serialize> Serialize for Bounded<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.first.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_room_in_a_list_is_counted() {
        let mut list = Bounded::default();
        (0..ITEMS_MAX + 5).for_each(|number| list.push(number));
        let mut all = Bounded::default();
        all.push(7);
        all.append(list);
        assert_eq!((all.len(), all.more(), all.count()), (ITEMS_MAX, 6, ITEMS_MAX as u64 + 6));
        assert_eq!((all[0], all[1], all.last()), (7, 0, Some(&(ITEMS_MAX - 2))));
        assert_eq!((&all).into_iter().count(), ITEMS_MAX);
        assert_eq!(serde_json::to_value(&all).unwrap().as_array().unwrap().len(), ITEMS_MAX);
    }
}
