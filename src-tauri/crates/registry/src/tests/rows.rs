use terms::{ArchiveId, CeremonyId, Digest, Environment, Timestamp};

use super::{NOW, change, effective_split, facts, registry, split_id};
use crate::{
    Archive, CapsuleRow, CeremonyState, Document, EnvelopeRow, Person, Role, TokenKind, TokenRow,
    WhyRetired,
};

#[test]
fn people_come_back_with_their_roles() {
    let (_dir, mut registry) = registry(Environment::Drill);
    change(&mut registry, |act| {
        act.add_person("Ada")?;
        act.add_role("Ada", Role::Witness)?;
        act.add_role("Ada", Role::Custodian)?;
        act.add_role("Ada", Role::Witness)?;
        act.person_left("Ada")
    })
    .unwrap();
    let ada = Person {
        name: "Ada".to_owned(),
        roles: vec![Role::Custodian, Role::Witness],
        added_at: NOW,
        left_at: Some(NOW),
    };
    assert_eq!(registry.read().person("Ada").unwrap(), Some(ada));
    assert_eq!(registry.read().people().unwrap().len(), 2);
    assert_eq!(registry.read().vault().unwrap(), Some(facts(Environment::Drill)));
}

#[test]
fn tokens_and_envelopes_come_back_as_they_were_written() {
    let (_dir, mut registry) = registry(Environment::Drill);
    let token = TokenRow {
        serial: "101".to_owned(),
        kind: TokenKind::Virtual,
        model: "virtual".to_owned(),
        firmware: "5.7.1".to_owned(),
        person: "Ben".to_owned(),
        agreement_key: vec![4; 65],
        signing_key: vec![5; 65],
        attestation: Some(vec![6; 10]),
        enrolled_at: NOW,
        retired_at: None,
    };
    effective_split(&mut registry, 1);
    let envelope = EnvelopeRow {
        split: split_id(1),
        group: 0,
        member: 1,
        token: "101".to_owned(),
        envelope: vec![7; 30],
        sealed_at: NOW,
    };
    change(&mut registry, |act| {
        act.add_token(&token)?;
        act.add_envelope(&envelope)
    })
    .unwrap();
    assert_eq!(registry.read().token("101").unwrap(), Some(token));
    assert_eq!(registry.read().envelopes_for("101").unwrap().len(), 1);
    assert_eq!(registry.read().envelopes(split_id(1)).unwrap(), [envelope]);
    change(&mut registry, |act| act.retire_token("101", WhyRetired::Lost)).unwrap();
    assert_eq!(registry.read().tokens().unwrap()[0].retired_at, Some(NOW));
    let shares = registry.read().shares_of("Ben").unwrap();
    assert_eq!((shares.len(), shares[0].member, shares[0].proved_at), (1, 1, Some(NOW)));
}

#[test]
fn archives_and_capsules_come_back_as_they_were_written() {
    let (_dir, mut registry) = registry(Environment::Drill);
    let id = ArchiveId::from_bytes([3; 16]);
    let mut archive = Archive {
        id,
        label: "payroll".to_owned(),
        index_root: Digest::from_bytes([4; 32]),
        created_at: Timestamp::from_unix(5),
        sealed_by: None,
        volumes: 2,
        bytes_in: 1 << 40,
        bytes_out: 1 << 39,
        location: String::new(),
    };
    let capsule = |generation| CapsuleRow {
        archive: id,
        generation,
        key: 1,
        capsule: vec![8; 1200],
        created_at: NOW,
    };
    change(&mut registry, |act| {
        act.add_archive(&archive)?;
        act.add_capsule(&capsule(1))?;
        act.add_capsule(&capsule(2))?;
        act.move_archive(id, "vault B, shelf 3")
    })
    .unwrap();
    archive.location = "vault B, shelf 3".to_owned();
    assert_eq!(registry.read().archive(id).unwrap(), Some(archive.clone()));
    assert_eq!(registry.read().archives().unwrap(), [archive]);
    assert_eq!(registry.read().capsules(id).unwrap(), [capsule(1), capsule(2)]);
    assert_eq!(registry.read().capsules_of_key(1).unwrap().len(), 2);
    assert!(change(&mut registry, |act| act.add_capsule(&capsule(2))).is_err());
    let unknown = CapsuleRow { key: 2, ..capsule(3) };
    assert!(change(&mut registry, |act| act.add_capsule(&unknown)).is_err());
}

#[test]
fn ceremonies_documents_and_settings_come_back_as_they_were_written() {
    let (_dir, mut registry) = registry(Environment::Drill);
    let id = CeremonyId::from_bytes([9; 16]);
    let document = |file: &str, digest| Document {
        digest: Digest::from_bytes([digest; 32]),
        kind: "minutes".to_owned(),
        file: file.to_owned(),
        ceremony: Some(id),
        created_at: NOW,
    };
    change(&mut registry, |act| {
        act.start_ceremony(id, "genesis", &Digest::from_bytes([1; 32]))?;
        act.add_document(&document("minutes.pdf", 2))?;
        act.set_setting("language", "en")?;
        act.set_setting("language", "de")
    })
    .unwrap();
    let reader = registry.read();
    assert_eq!(reader.documents().unwrap(), [document("minutes.pdf", 2)]);
    assert_eq!(reader.setting("language").unwrap().as_deref(), Some("de"));
    assert_eq!(reader.setting("colour").unwrap(), None);
    let ceremony = reader.ceremony(id).unwrap().unwrap();
    assert_eq!((ceremony.state, ceremony.ended_at), (CeremonyState::Running, None));
    assert!(change(&mut registry, |act| act.add_document(&document("../x", 3))).is_err());
    assert!(change(&mut registry, |act| act.add_document(&document("minutes.pdf", 3))).is_err());
}

#[test]
fn a_size_beyond_what_the_file_can_hold_is_refused_and_not_wrapped() {
    let (_dir, mut registry) = registry(Environment::Drill);
    let archive = Archive {
        id: ArchiveId::from_bytes([3; 16]),
        label: "huge".to_owned(),
        index_root: Digest::from_bytes([4; 32]),
        created_at: NOW,
        sealed_by: None,
        volumes: 1,
        bytes_in: u64::MAX,
        bytes_out: 0,
        location: String::new(),
    };
    assert!(change(&mut registry, |act| act.add_archive(&archive)).is_err());
    assert_eq!(registry.read().archives().unwrap(), []);
}
