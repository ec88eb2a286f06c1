use terms::{ArchiveId, CeremonyId, Digest, Environment, Fingerprint, RequestId, Timestamp};

use super::{NOW, change, effective_split, refusal, registry, share, split_id};
use crate::{
    Approval, CeremonyState, Decision, Registry, Request, RequestState, SplitState, TokenKind,
    TokenRow,
};

const STATES: [&str; 6] =
    ["pre-activation", "active", "suspended", "deactivated", "compromised", "destroyed"];

/// The transitions of NIST SP 800-57 part 1, section 7.
const ALLOWED: [(usize, usize); 14] = [
    (0, 1),
    (0, 4),
    (0, 5),
    (1, 2),
    (1, 3),
    (1, 4),
    (1, 5),
    (2, 1),
    (2, 3),
    (2, 4),
    (2, 5),
    (3, 4),
    (3, 5),
    (4, 5),
];

/// A registry whose key 1 is in the given state.
fn key_in(state: usize) -> (tempfile::TempDir, Registry) {
    let (dir, mut registry) = registry(Environment::Drill);
    effective_split(&mut registry, 1);
    let path: &[usize] = match state {
        0 => &[],
        1 => &[1],
        _ => &[1, state],
    };
    for step in path {
        change(&mut registry, |act| act.set_key_state(1, STATES[*step])).unwrap();
    }
    (dir, registry)
}

#[test]
fn a_key_changes_its_state_as_nist_sp_800_57_allows_and_not_otherwise() {
    for from in 0..6 {
        for to in 0..6 {
            let (_dir, mut registry) = key_in(from);
            let allowed = ALLOWED.contains(&(from, to));
            if allowed {
                change(&mut registry, |act| act.set_key_state(1, STATES[to])).unwrap();
            } else {
                let rule = refusal(&mut registry, |act| act.set_key_state(1, STATES[to]));
                assert!(rule.contains("NIST SP 800-57"), "{rule}");
            }
            let state = registry.read().master_key(1).unwrap().unwrap().state;
            assert_eq!(state, STATES[if allowed { to } else { from }]);
        }
    }
}

#[test]
fn a_state_that_the_standard_does_not_know_is_refused() {
    let (_dir, mut registry) = key_in(1);
    refusal(&mut registry, |act| act.set_key_state(1, "expired"));
}

#[test]
fn a_key_is_active_only_after_its_split_is_effective() {
    let (_dir, mut registry) = registry(Environment::Drill);
    let rule = refusal(&mut registry, |act| act.set_key_state(1, "active"));
    assert!(rule.contains("split"), "{rule}");
    effective_split(&mut registry, 1);
    change(&mut registry, |act| act.set_key_state(1, "active")).unwrap();
}

#[test]
fn a_split_is_effective_only_after_every_share_was_proved() {
    let (_dir, mut registry) = registry(Environment::Drill);
    let id = split_id(1);
    change(&mut registry, |act| act.add_split(id, 1, b"d")).unwrap();
    refusal(&mut registry, |act| act.make_split_effective(id));
    change(&mut registry, |act| {
        act.add_share(&share(id, 0, "Ada"))?;
        act.add_share(&share(id, 1, "Ben"))?;
        act.prove_share(id, 0, 0)
    })
    .unwrap();
    let rule = refusal(&mut registry, |act| act.make_split_effective(id));
    assert!(rule.contains("every share"), "{rule}");
    assert_eq!(registry.read().effective_split(1).unwrap(), None);
    change(&mut registry, |act| {
        act.prove_share(id, 0, 1)?;
        act.make_split_effective(id)
    })
    .unwrap();
    assert_eq!(registry.read().effective_split(1).unwrap().unwrap().id, id);
}

#[test]
fn a_new_split_retires_the_old_one_and_never_are_two_effective() {
    let (_dir, mut registry) = registry(Environment::Drill);
    effective_split(&mut registry, 1);
    effective_split(&mut registry, 2);
    let states: Vec<_> = registry.read().splits().unwrap().iter().map(|s| s.state).collect();
    assert_eq!(states, [SplitState::Retired, SplitState::Effective]);
    refusal(&mut registry, |act| act.make_split_effective(split_id(1)));
    refusal(&mut registry, |act| act.void_split(split_id(2)));
    refusal(&mut registry, |act| act.add_share(&share(split_id(2), 2, "Ada")));
    assert_eq!(registry.read().effective_split(1).unwrap().unwrap().id, split_id(2));
}

#[test]
fn a_pending_split_leaves_the_effective_one_alone() {
    let (_dir, mut registry) = registry(Environment::Drill);
    effective_split(&mut registry, 1);
    change(&mut registry, |act| act.add_split(split_id(2), 1, b"d")).unwrap();
    refusal(&mut registry, |act| act.make_split_effective(split_id(2)));
    assert_eq!(registry.read().effective_split(1).unwrap().unwrap().id, split_id(1));
    change(&mut registry, |act| act.void_split(split_id(2))).unwrap();
    refusal(&mut registry, |act| act.add_share(&share(split_id(2), 0, "Ada")));
}

#[test]
fn recipients_and_fingerprints_are_not_used_twice() {
    let (_dir, mut registry) = registry(Environment::Drill);
    let (one, two) = (Fingerprint::from_bytes([1; 20]), Fingerprint::from_bytes([2; 20]));
    refusal(&mut registry, |act| act.add_master_key(2, "age1pq1one", &two));
    refusal(&mut registry, |act| act.add_master_key(2, "age1pq1two", &one));
    refusal(&mut registry, |act| act.add_master_key(0, "age1pq1two", &two));
    change(&mut registry, |act| act.add_master_key(2, "age1pq1two", &two)).unwrap();
    assert_eq!(registry.read().next_key_version().unwrap(), 3);
}

fn token(kind: TokenKind) -> TokenRow {
    TokenRow {
        serial: "101".to_owned(),
        kind,
        model: "YubiKey 5".to_owned(),
        firmware: "5.7.1".to_owned(),
        person: "Ada".to_owned(),
        agreement_key: vec![1],
        signing_key: vec![2],
        attestation: None,
        enrolled_at: NOW,
        retired_at: None,
    }
}

#[test]
fn a_virtual_token_is_admitted_in_a_drill_vault_only() {
    for environment in Environment::ALL {
        let (_dir, mut registry) = registry(environment);
        let result = change(&mut registry, |act| act.add_token(&token(TokenKind::Virtual)));
        assert_eq!(result.is_ok(), environment.is_drill(), "{environment}");
    }
    let (_dir, mut registry) = registry(Environment::Production);
    change(&mut registry, |act| act.add_token(&token(TokenKind::Hardware))).unwrap();
}

#[test]
fn a_vault_is_begun_once() {
    let (_dir, mut registry) = registry(Environment::Drill);
    let facts = super::facts(Environment::Production);
    refusal(&mut registry, |act| act.begin_vault(&facts));
    assert_eq!(registry.read().vault().unwrap().unwrap().environment, Environment::Drill);
}

fn request() -> Request {
    Request {
        id: RequestId::from_bytes([5; 16]),
        archive: ArchiveId::from_bytes([6; 16]),
        plan_hash: Digest::from_bytes([7; 32]),
        plan: vec![1],
        requester: "Ada".to_owned(),
        reason: "the building burned down".to_owned(),
        created_at: NOW,
        expires_at: Timestamp::from_unix(NOW.unix() + 60),
        state: RequestState::Open,
        state_since: NOW,
    }
}

fn approval(person: &str) -> Approval {
    Approval {
        request: request().id,
        person: person.to_owned(),
        decision: Decision::Approve,
        plan_hash: request().plan_hash,
        token: None,
        signature: None,
        at: NOW,
    }
}

#[test]
fn nobody_approves_his_own_request_another_plan_too_late_or_twice() {
    let (_dir, mut registry) = registry(Environment::Drill);
    change(&mut registry, |act| act.add_request(&request())).unwrap();
    refusal(&mut registry, |act| act.add_approval(&approval("Ada")));
    let other_plan = Approval { plan_hash: Digest::from_bytes([8; 32]), ..approval("Ben") };
    refusal(&mut registry, |act| act.add_approval(&other_plan));
    let late = Approval { at: request().expires_at, ..approval("Ben") };
    refusal(&mut registry, |act| act.add_approval(&late));
    change(&mut registry, |act| act.add_approval(&approval("Ben"))).unwrap();
    refusal(&mut registry, |act| act.add_approval(&approval("Ben")));
    assert_eq!(registry.read().approvals(request().id).unwrap(), [approval("Ben")]);
}

#[test]
fn a_request_that_is_decided_is_not_decided_again() {
    let (_dir, mut registry) = registry(Environment::Drill);
    let id = request().id;
    change(&mut registry, |act| {
        act.add_request(&request())?;
        act.set_request_state(id, RequestState::Refused)
    })
    .unwrap();
    refusal(&mut registry, |act| act.set_request_state(id, RequestState::Approved));
    refusal(&mut registry, |act| act.set_request_state(id, RequestState::CarriedOut));
    refusal(&mut registry, |act| act.add_approval(&approval("Ben")));
}

#[test]
fn a_ceremony_that_ended_gets_no_more_lines() {
    let (_dir, mut registry) = registry(Environment::Drill);
    let id = CeremonyId::from_bytes([9; 16]);
    change(&mut registry, |act| {
        act.start_ceremony(id, "genesis", &Digest::from_bytes([1; 32]))?;
        assert_eq!(act.add_journal_line(id, b"one")?, 0);
        assert_eq!(act.add_journal_line(id, b"two")?, 1);
        act.end_ceremony(id, CeremonyState::Aborted)
    })
    .unwrap();
    refusal(&mut registry, |act| act.add_journal_line(id, b"three"));
    refusal(&mut registry, |act| act.end_ceremony(id, CeremonyState::Closed));
    let lines: Vec<_> =
        registry.read().journal(id).unwrap().into_iter().map(|row| row.record).collect();
    assert_eq!(lines, [b"one".to_vec(), b"two".to_vec()]);
}

#[test]
fn nobody_is_known_under_two_names_that_look_alike() {
    let (_dir, mut registry) = registry(Environment::Drill);
    for twin in ["ADA", "\u{410}da", " Ada", "Ada\u{200b}", "A\u{1b}da"] {
        let rule = refusal(&mut registry, |act| act.add_person(twin));
        assert!(!rule.chars().any(char::is_control), "{rule:?}");
    }
    change(&mut registry, |act| act.add_person("Ada")).unwrap();
    assert_eq!(registry.read().people().unwrap().len(), 2);
}

#[test]
fn what_is_not_there_is_not_changed() {
    let (_dir, mut registry) = registry(Environment::Drill);
    let before = registry.read().state().unwrap();
    assert!(change(&mut registry, |act| act.set_key_state(9, "active")).is_err());
    assert!(change(&mut registry, |act| act.prove_share(split_id(9), 0, 0)).is_err());
    assert!(change(&mut registry, |act| act.make_split_effective(split_id(9))).is_err());
    assert!(change(&mut registry, |act| act.person_left("Zoe")).is_err());
    assert!(change(&mut registry, |act| act.add_role("Zoe", crate::Role::Witness)).is_err());
    assert_eq!(registry.read().state().unwrap(), before);
}
