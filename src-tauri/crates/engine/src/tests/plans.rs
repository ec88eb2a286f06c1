//! A plan binds everything that is chosen (plan-2 R1, R2, R3, R4, R5).

use std::path::Path;
use std::{env, fs};

use terms::{Digest, Timestamp};

use super::desk::Desk;
use crate::EngineError;
use crate::files::{Conflict, Dressing, OwnerRule, Owning};
use crate::names::NamePolicy;
use crate::observer::Unwatched;
use crate::plan::{Intent, Plan};
use crate::restore::{Choices, restore, survey};

const NOW: Timestamp = Timestamp::from_unix(1_700_000_000);

fn plan(set: &archive::Set, choices: &Choices) -> Plan {
    let intent = Intent {
        selection: &["a/*".to_owned()],
        target: "/restored",
        conflict: Conflict::KeepBoth,
        choices,
        requester: "Rita Sommer",
        reason: "The originals are lost.",
        now: NOW,
        valid_s: 3600,
    };
    Plan::new(set, &intent).unwrap()
}

fn sealed() -> Desk {
    let desk = Desk::new();
    fs::write(desk.path("a"), "a").unwrap();
    desk.seal(&desk.path("a"));
    desk
}

fn owned(owning: Owning, user: &str, group: &str) -> Dressing {
    let mut owners = OwnerRule::new(owning);
    for user in user.split(' ').filter(|user| !user.is_empty()) {
        owners.map_user(user).unwrap();
    }
    if !group.is_empty() {
        owners.map_group(group).unwrap();
    }
    Dressing { owners, privileges: false }
}

/// Choices that differ from the usual ones in one thing each.
fn all_choices() -> Vec<Choices> {
    let usual = Choices::default();
    let dressed = |dressing| Choices { dressing, ..Choices::default() };
    vec![
        usual.clone(),
        Choices { names: NamePolicy::Keep, ..usual.clone() },
        Choices { names: NamePolicy::Portable, ..usual.clone() },
        Choices { reread: true, ..usual },
        dressed(Dressing { privileges: true, ..Dressing::default() }),
        dressed(owned(Owning::ByName, "", "")),
        dressed(owned(Owning::ByNumber, "", "")),
        dressed(owned(Owning::None, "ana=1001", "")),
        dressed(owned(Owning::None, "ana=0", "")),
        dressed(owned(Owning::None, "", "ana=1001")),
    ]
}

#[test]
fn every_choice_is_bound_shown_and_what_is_done() {
    let desk = sealed();
    let (set, all) = (desk.set(), all_choices());
    let plans: Vec<_> = all.iter().map(|choices| plan(&set, choices)).collect();
    let key = desk.key(&set);
    for (at, approved) in plans.iter().enumerate() {
        for (other, choices) in all.iter().enumerate() {
            if at == other {
                continue;
            }
            assert_ne!(approved.digest(), plans[other].digest(), "{:?}", all[at]);
            assert_ne!(approved.manner.facts(), plans[other].manner.facts(), "{:?}", all[at]);
            let refused = survey(&set, &key, approved, choices);
            assert!(matches!(refused, Err(EngineError::OtherPlan { .. })), "{choices:?}");
            let digest = approved.digest();
            let authorised = approved.clone().authorise(&digest, NOW).unwrap();
            let refused = restore(&set, &key, &authorised, choices, &Unwatched);
            assert!(matches!(refused, Err(EngineError::OtherPlan { .. })), "{choices:?}");
        }
    }
    assert!(!Path::new("/restored").exists());
}

#[test]
fn how_an_archive_was_found_is_bound() {
    let desk = sealed();
    let archive = desk.path("archive");
    let found = crate::files::Media::at(&archive).rebuild(&Unwatched).unwrap();
    let mut searched = plan(&found, &Choices::default());
    assert!(searched.manner.searched);
    assert!(searched.manner.facts().iter().any(|(_, told)| told.contains("SEARCH")));
    searched.index_root = desk.set().index_root();
    assert!(matches!(searched.check(&desk.set()), Err(EngineError::StalePlan)));
}

#[test]
fn names_of_owners_that_hide_something_are_refused() {
    let desk = sealed();
    let dressing = owned(Owning::None, "ana\u{202e}=1", "");
    let choices = Choices { dressing, ..Choices::default() };
    let intent = Intent {
        selection: &[],
        target: "/restored",
        conflict: Conflict::Fail,
        choices: &choices,
        requester: "Rita",
        reason: "a test",
        now: NOW,
        valid_s: 60,
    };
    let refused = Plan::new(&desk.set(), &intent);
    assert!(matches!(refused, Err(EngineError::HiddenText { .. })));
}

#[test]
#[allow(clippy::disallowed_methods)]
fn the_vector_of_a_plan_has_its_bytes_and_its_digest() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/vectors/plan");
    let golden = "../../../tests/golden/v1/tree";
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join(golden);
    let set = crate::files::open_set(&golden).unwrap();
    let dressing = owned(Owning::ByName, "ana=1001 1000=1002", "staff=50");
    let choices = Choices { dressing, reread: true, ..Choices::default() };
    let made = plan(&set, &choices);
    let hex: String = terms::encode(&made).iter().map(|byte| format!("{byte:02x}")).collect();
    let text = format!("plan: {hex}\ndigest: {}\n", made.digest());
    let file = path.join("every-field.vector");
    if env::var_os("STRONGROOM_WRITE_VECTORS").is_some() {
        fs::write(&file, &text).unwrap();
    }
    let vector = fs::read_to_string(&file).unwrap();
    assert_eq!(vector, text);
    let digest = vector.lines().find_map(|line| line.strip_prefix("digest: ")).unwrap();
    let approved: Digest = digest.parse().unwrap();
    let bytes: Vec<u8> = (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect();
    let read: Plan = terms::decode(&bytes).unwrap();
    assert!(read.authorise(&approved, NOW).is_ok());
}
