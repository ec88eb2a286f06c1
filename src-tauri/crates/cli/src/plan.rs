//! A plan as people read it before they approve it.

use std::collections::BTreeMap;

use engine::plan::Plan;
use serde::Serialize;

/// The manner of a plan, for machines.
#[derive(Serialize)]
pub(crate) struct Manner<'a> {
    names: &'static str,
    owners: &'static str,
    users: &'a BTreeMap<String, u32>,
    groups: &'a BTreeMap<String, u32>,
    privileges: bool,
    reread: bool,
    searched: bool,
}

impl<'a> Manner<'a> {
    /// That of `plan`.
    pub(crate) fn of(plan: &'a Plan) -> Self {
        let manner = &plan.manner;
        Self {
            names: manner.names.as_str(),
            owners: manner.owners.as_str(),
            users: &manner.users,
            groups: &manner.groups,
            privileges: manner.privileges,
            reread: manner.reread,
            searched: manner.searched,
        }
    }
}

/// Every field of `plan`, label and value; what is not shown is not approved.
pub(crate) fn facts(plan: &Plan) -> Vec<(&'static str, String)> {
    let all = plan.selection.is_empty();
    let selection = if all { "everything".to_owned() } else { plan.selection.join(", ") };
    let environment = plan.environment.map(|environment| environment.to_string());
    let mut facts = vec![
        ("plan", plan.digest().to_words()),
        ("", plan.digest().to_string()),
        ("archive", plan.archive.to_string()),
        ("index root", plan.index_root.to_words()),
        ("environment", environment.unwrap_or_else(|| "not stated".to_owned())),
        ("restores", selection),
        ("into", plan.target.clone()),
        ("already there", plan.conflict.outcome().to_owned()),
    ];
    facts.extend(plan.manner.facts());
    facts.extend([
        ("asked by", plan.requester.clone()),
        ("because", plan.reason.clone()),
        ("made", plan.created.to_words()),
        ("holds until", plan.expires.to_words()),
    ]);
    facts
}
