//! Documents that the tests render.

use secret::SecretText;
use terms::{ArchiveId, CeremonyId, Digest, Environment, Fingerprint, KeyName, SplitId, Timestamp};

use crate::{
    Evidence, Minutes, MinutesStep, Person, RecipientSheet, ShareSheet, TestPrint, TokenPassport,
};

/// 33 words of the shape of a share; they are no share of anything.
pub(crate) const WORDS: &str = "duckling enlarge academic academic agency result length solution \
    fridge kidney coal piece deal husband erode duke ajar critical decision keyboard silver \
    sprinkle gravity tactics theory unkind venture voter wealthy lilac mountain necklace zero";

/// As long as a share record is.
pub(crate) const RECORD: [u8; 300] = [0xa7; 300];

/// As a log's head is written.
pub(crate) const LOG_HEAD: &str = "strongroom.example/vault/4f1d\n1284\n\
    q1Xh0OqnvDg7bG1Zo8mN0rH9xkQF7r0c9kJmTtqv3Yc=\n\n\
    — strongroom.example/vault/4f1d 5s6dAQz0m9Yf3p1lZVtX0pUnA8c1J2vE6R9kqg3tYwXo1b2c3d4e5f6g7h8i9j\
    0k1l2m3n4o5p6q7r8s9t0uA==\n";

pub(crate) fn words() -> SecretText {
    SecretText::from_exposed(WORDS)
}

pub(crate) fn share_sheet(environment: Environment, words: &SecretText) -> ShareSheet<'_> {
    ShareSheet {
        environment,
        key: KeyName { environment, version: 3 },
        fingerprint: Fingerprint::from_bytes([0x5e; 20]),
        split: SplitId::from_bytes([0x19; 16]),
        group: "custodians",
        member: 2,
        holder: "Beatrix Øvergård-Lindqvist",
        quorum: "any 2 of 3 custodians and any 1 of 2 officers",
        created: Timestamp::from_unix(1_795_532_645),
        commitment: Digest::from_bytes([0xc3; 32]),
        record: &RECORD,
        words,
    }
}

pub(crate) fn minutes(steps: usize) -> Minutes<'static> {
    let fact = |label: &str, value: &str| (label.to_owned(), value.to_owned());
    let fingerprint = Fingerprint::from_bytes([0x5e; 20]);
    Minutes {
        title: "Genesis of master key production/3",
        environment: Environment::Production,
        ceremony: CeremonyId::from_bytes([0x6d; 16]),
        place: "Meeting room 4.12, Plant North",
        started: Timestamp::from_unix(1_795_532_645),
        ended: Timestamp::from_unix(1_795_538_645),
        people: people(),
        facts: vec![
            fact("Master key", "production/3"),
            ("Fingerprint".to_owned(), format!("{}\n{fingerprint}", fingerprint.to_words())),
            fact("Quorum", "any 2 of 3 custodians and any 1 of 2 officers"),
            fact("Split", "19191919191919191919191919191919"),
            fact("Recipient file", "production-3.recipient"),
        ],
        exceptions: vec![
            "The token of Carlos Mendes was not recognised at the first try. It was taken out, \
             looked at and put in again; the second try succeeded."
                .to_owned(),
        ],
        steps: (0..steps).map(step).collect(),
        log_head: LOG_HEAD,
        program: "strongroom 0.1.0 (4b1f0c5e)",
    }
}

fn people() -> Vec<Person> {
    let person = |name: &str, role: &str| Person { name: name.to_owned(), role: role.to_owned() };
    vec![
        person("Anna Kowalska", "ceremony lead"),
        person("Beatrix Øvergård-Lindqvist", "custodian"),
        person("Carlos Mendes", "custodian"),
        person("Δήμητρα Παπαδοπούλου", "custodian"),
        person("Erik Ström", "security officer"),
        person("Fiona O’Neill", "witness for internal audit and for the works council"),
    ]
}

fn step(index: usize) -> MinutesStep {
    let acts = ["Preparation", "Entropy", "Generation", "Sealing", "Proof"];
    let titles = [
        "Read the serial number of the bag aloud",
        "Throw 50 dice and type what they show, while a second person reads along",
        "Seal the share of group custodians, member 2, to the token of its holder",
    ];
    let results = ["done", "bag TE-0048213 intact", "token 12 345 678, touched, sealed and proved"];
    MinutesStep {
        at: Timestamp::from_unix(1_795_532_645 + 95 * u64::try_from(index).unwrap()),
        act: acts[index * acts.len() / 60 % acts.len()].to_owned(),
        title: titles[index % titles.len()].to_owned(),
        actor: people()[index % 6].name.clone(),
        result: results[(index / 2) % results.len()].to_owned(),
    }
}

pub(crate) fn evidence() -> Evidence<'static> {
    let at = Timestamp::from_unix;
    Evidence {
        environment: Some(Environment::Production),
        title: "Restore of the archive Order database of March 2026",
        ceremony: CeremonyId::from_bytes([0x6d; 16]),
        place: "Meeting room 4.12, Plant North",
        people: people(),
        key: Some(KeyName { environment: Environment::Production, version: 3 }),
        quorum: "any 2 of 3 custodians and any 1 of 2 officers",
        selection: "everything",
        target: "/srv/restored/orders",
        conflict: "then nothing at all is restored",
        manner: vec![
            ("owners", "everything belongs to whoever restores".into()),
            ("index", "used".into()),
        ],
        archive: ArchiveId::from_bytes([0x2a; 16]),
        plan: Digest::from_bytes([0x77; 32]),
        requester: "Greta Hoffmann, plant IT",
        reason: "Audit request 2026-118: the orders of March are compared with the paper ledger.",
        approvals: vec![
            ("Anna Kowalska".into(), "token 12345678, touch".into(), at(1_795_532_645)),
            ("Carlos Mendes".into(), "share sheet, bag TE-0048213".into(), at(1_795_532_745)),
        ],
        verdict: "Restored whole: every file is identical to the one that was sealed.",
        files: 20_418,
        bytes: 3_221_229_823,
        damaged: Vec::new(),
        exceptions: vec!["failed attempt: Approve the plan (Carlos Mendes): SR-TOKEN-PIN".into()],
        started: at(1_795_532_845),
        ended: at(1_795_533_945),
        log_head: LOG_HEAD,
        program: "strongroom 0.1.0 (4b1f0c5e)",
    }
}

pub(crate) fn recipient_sheet() -> RecipientSheet<'static> {
    RecipientSheet {
        environment: Environment::Production,
        key: KeyName { environment: Environment::Production, version: 3 },
        fingerprint: Fingerprint::from_bytes([0x5e; 20]),
        created: Timestamp::from_unix(1_795_532_645),
        recipient_file: "production-3.recipient",
    }
}

pub(crate) fn test_print() -> TestPrint {
    TestPrint { created: Timestamp::from_unix(1_795_532_645) }
}

pub(crate) fn token_passport() -> TokenPassport<'static> {
    let fact = |label: &str, value: &str| (label.to_owned(), value.to_owned());
    TokenPassport {
        environment: Environment::Production,
        serial: "12345678".into(),
        holder: "Carlos Mendes".into(),
        facts: vec![
            fact("Model", "YubiKey 5, USB-C"),
            fact("Firmware", "5.7.4"),
            fact("Key for shares (9d)", &"04a1".repeat(32)),
            fact("Replace by", "2031-11-24T14:04:05Z: its time is over then"),
        ],
        warnings: vec!["YSA-2024-03: made up for this sample".into()],
        enrolled: Timestamp::from_unix(1_795_532_845),
        ceremony: CeremonyId::from_bytes([0x4c; 16]),
        log_head: LOG_HEAD,
        program: "strongroom 0.1.0 (4b1f0c5e)",
    }
}

const LONG: &str = "The quick brown fox jumps over the lazy dog while seven wizards look on. ";

pub(crate) fn long_share_sheet(words: &SecretText) -> ShareSheet<'_> {
    let long: &'static str = LONG.repeat(12).leak();
    let group = "custodians-of-the-second-plant-".repeat(4).leak();
    ShareSheet { holder: long, quorum: long, group, ..share_sheet(Environment::Staging, words) }
}

pub(crate) fn long_minutes() -> Minutes<'static> {
    let mut minutes = minutes(12);
    minutes.title = LONG.repeat(3).leak();
    minutes.steps[3].result = LONG.repeat(60);
    minutes.steps[4].title = "/srv/very/long/path".repeat(40);
    minutes.exceptions = vec![LONG.repeat(20), LONG.repeat(40)];
    minutes.people[0].name = "Anna-Maria-".repeat(20);
    minutes.facts.push(("A label that is much longer".repeat(3), "0123456789abcdef".repeat(30)));
    minutes.log_head = "one-very-long-origin".repeat(20).leak();
    minutes
}

pub(crate) fn long_evidence() -> Evidence<'static> {
    let mut evidence = evidence();
    evidence.environment = None;
    evidence.verdict = "150 files could not be restored whole.";
    evidence.damaged = (0..150).map(|n| format!("orders/2026/03/{n:04}.csv: {LONG}")).collect();
    evidence.reason = LONG.repeat(30).leak();
    evidence.bytes = 999;
    evidence.files = 1;
    evidence
}
