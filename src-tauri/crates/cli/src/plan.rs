//! A plan as people read it before they approve it.

use engine::plan::Plan;

/// Every field of `plan`, label and value; what is not shown is not approved.
pub(crate) fn facts(plan: &Plan) -> Vec<(&'static str, String)> {
    let all = plan.selection.is_empty();
    let selection = if all { "everything".to_owned() } else { plan.selection.join(", ") };
    let environment = plan.environment.map(|environment| environment.to_string());
    vec![
        ("plan", plan.digest().to_words()),
        ("", plan.digest().to_string()),
        ("archive", plan.archive.to_string()),
        ("index root", plan.index_root.to_words()),
        ("environment", environment.unwrap_or_else(|| "not stated".to_owned())),
        ("restores", selection),
        ("into", plan.target.clone()),
        ("already there", plan.conflict.outcome().to_owned()),
        ("asked by", plan.requester.clone()),
        ("because", plan.reason.clone()),
        ("made", plan.created.to_words()),
        ("holds until", plan.expires.to_words()),
    ]
}
