//! Promises of scripts and runs.

mod checking;
mod guarding;
mod running;

use crate::{Holder, Person, Roster};

/// Three custodians, two officers, an administrator, a witness, a requester.
fn roster() -> Roster {
    let person = |name: &str, role: &str| Person { name: name.into(), role: role.into() };
    let holder = |name: &str| Holder { name: name.into(), token: true, sheet: true };
    let names = ["Ada", "Bo", "Cy", "Di", "Ed"];
    let mut people = vec![person("Max", "administrator"), person("Wim", "witness")];
    people.extend(names.map(|name| person(name, "custodian")));
    Roster { people, holders: names.map(holder).into(), dice: true }
}
