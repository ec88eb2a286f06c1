use keys::KeyState;
use registry::ShareRow;
use terms::{Fingerprint, SplitId};

use super::{NOW, vault};

#[test]
fn the_registry_allows_what_the_type_allows_and_else_only_what_the_standard_knows() {
    let (_parent, _dir, mut vault) = vault();
    for (version, (from, to)) in (1..).zip(pairs()) {
        let id = SplitId::from_bytes([version; 16]);
        let share = ShareRow {
            split: id,
            group: 0,
            member: 0,
            holder: "Ada".to_owned(),
            record: vec![1],
            proved_at: None,
        };
        let key = u32::from(version);
        vault
            .perform("test.key", "Ada", "a key in a state", NOW, |act| {
                act.add_person("Ada")?;
                let recipient = format!("age1pq1{version}");
                act.add_master_key(key, &recipient, &Fingerprint::from_bytes([version; 20]))?;
                act.add_split(id, key, b"description")?;
                act.add_share(&share)?;
                act.prove_share(id, 0, 0)?;
                act.make_split_effective(id)?;
                if from != KeyState::PreActivation {
                    act.set_key_state(key, "active")?;
                }
                if !matches!(from, KeyState::PreActivation | KeyState::Active) {
                    act.set_key_state(key, from.as_str())?;
                }
                Ok(())
            })
            .unwrap();
        let moved = vault
            .perform("key.state", "Ada", "try", NOW, |act| act.set_key_state(key, to.as_str()));
        let allowed = from.transition(to).is_ok() || is_stricter_in_the_type(from, to);
        assert_eq!(moved.is_ok(), allowed, "{from} to {to}");
    }
}

/// The standard lets a key be destroyed while it is active or suspended, and so does the registry;
/// the type asks that it is deactivated first.
fn is_stricter_in_the_type(from: KeyState, to: KeyState) -> bool {
    matches!(from, KeyState::Active | KeyState::Suspended) && to == KeyState::Destroyed
}

fn pairs() -> impl Iterator<Item = (KeyState, KeyState)> {
    KeyState::ALL.into_iter().flat_map(|from| KeyState::ALL.map(|to| (from, to)))
}
