//! Names of users and groups, from the two files of the local machine.

use std::collections::HashMap;
use std::fs;

/// Names by number; a machine without the files knows none.
pub(crate) struct Owners {
    users: HashMap<u32, String>,
    groups: HashMap<u32, String>,
}

impl Owners {
    /// Reads `/etc/passwd` and `/etc/group`.
    pub(crate) fn of_this_machine() -> Self {
        let names = |file| names(&fs::read_to_string(file).unwrap_or_default());
        Self { users: names("/etc/passwd"), groups: names("/etc/group") }
    }

    /// The names of a user and a group, if both are known.
    pub(crate) fn names(&self, user: u32, group: u32) -> Option<[String; 2]> {
        Some([self.users.get(&user)?.clone(), self.groups.get(&group)?.clone()])
    }
}

/// Lines of `name:password:number:…`.
fn names(text: &str) -> HashMap<u32, String> {
    let named = |line: &str| {
        let mut fields = line.split(':');
        let name = fields.next().filter(|name| !name.is_empty())?;
        Some((fields.nth(1)?.parse().ok()?, name.to_owned()))
    };
    // The first line of a number is the one that counts.
    text.lines().rev().filter_map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_name_of_a_number_counts_and_broken_lines_do_not() {
        let found =
            names("root:x:0:0::/:/bin/sh\ntoor:x:0:0::/:\n# none\n+::::::\nana:x:7:7::/:\n");
        assert_eq!(found.len(), 2);
        assert_eq!(found.get(&0).map(String::as_str), Some("root"));
    }
}
