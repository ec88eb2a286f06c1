//! What can be a policy.

use terms::Problem;

use crate::{GroupPolicy, PolicyError, QuorumPolicy};

fn group(name: &str, threshold: u8, holders: &[&str]) -> Result<GroupPolicy, PolicyError> {
    GroupPolicy::new(name, threshold, holders)
}

#[test]
fn thresholds_lie_within_their_counts() {
    let many: Vec<String> = (0..17).map(|n| format!("holder {n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for (threshold, holders) in [(0, 2), (3, 2), (1, 0), (0, 0), (2, 17)] {
        let error = group("g", threshold, &many[..holders]).unwrap_err();
        assert_eq!(error.code(), "SR-QUORUM-POLICY-MEMBERS", "{threshold} of {holders}");
    }
    assert!(group("g", 16, &many[..16]).is_ok());
    for needed in [0, 3] {
        let groups = vec![group("a", 1, &["A"]).unwrap(), group("b", 1, &["B"]).unwrap()];
        assert_eq!(
            QuorumPolicy::new(needed, groups),
            Err(PolicyError::Groups { needed, groups: 2 })
        );
    }
    assert!(QuorumPolicy::new(0, vec![]).is_err());
    let many = (0..17).map(|n| group(&n.to_string(), 1, &[&format!("h{n}")]).unwrap()).collect();
    assert!(QuorumPolicy::new(1, many).is_err());
}

#[test]
fn nobody_holds_two_shares_and_no_two_groups_have_one_name() {
    let a = || group("a", 1, &["Ada", "Ben"]).unwrap();
    let twice = QuorumPolicy::new(2, vec![a(), group("b", 1, &["Cleo", "ADA"]).unwrap()]);
    assert_eq!(twice, Err(PolicyError::SameHolder { holder: "ADA".into() }));
    let within = QuorumPolicy::new(1, vec![group("a", 2, &["Ada", "ada"]).unwrap()]);
    assert!(matches!(within, Err(PolicyError::SameHolder { .. })));
    let named = QuorumPolicy::new(1, vec![a(), group("A", 1, &["Cleo"]).unwrap()]);
    assert_eq!(named, Err(PolicyError::SameGroup { name: "A".into() }));
}

#[test]
fn names_that_mislead_are_refused_without_repeating_their_tricks() {
    let long = "x".repeat(257);
    for name in ["", " Ada", "Ada ", "A\nda", "Ada\u{202e}", "A\u{200b}da", "\u{feff}Ada", &long] {
        let error = group("g", 1, &[name]).unwrap_err();
        assert_eq!(error.code(), "SR-QUORUM-POLICY-NAME", "{name:?}");
        assert!(!error.to_string().contains('\u{202e}'));
        assert!(group(name, 1, &["Ada"]).is_err(), "{name:?}");
    }
    assert!(group("Geschäftsführung", 1, &["Zoë Ångström", &"x".repeat(256)]).is_ok());
}
