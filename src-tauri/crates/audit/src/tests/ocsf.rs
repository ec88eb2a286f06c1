//! OCSF events against what the published schema requires.

use serde_json::{Map, Value, json};
use terms::{Environment, Timestamp};

use crate::{Entry, Event, Phase, leaf_of, ocsf};

/// Of the schema: what API Activity (6003) requires with what it extends, each with its type.
const REQUIRED: &[(&str, &str)] = &[
    ("activity_id", "integer"),
    ("category_uid", "integer"),
    ("class_uid", "integer"),
    ("type_uid", "integer"),
    ("severity_id", "integer"),
    ("time", "integer"),
    ("metadata", "object"),
    ("metadata.version", "string"),
    ("metadata.product", "object"),
    ("actor", "object"),
    ("api", "object"),
    ("api.operation", "string"),
    ("api.service", "object"),
    ("src_endpoint", "object"),
    ("unmapped", "object"),
];

/// Of the schema: what else the class has, that we use.
const ALLOWED: &[&str] = &[
    "activity_name",
    "category_name",
    "class_name",
    "message",
    "resources",
    "status",
    "status_code",
    "status_id",
];

/// Of the schema: objects of which at least one of these attributes must be there.
const AT_LEAST_ONE: &[(&str, &[&str])] = &[
    ("actor", &["process", "user", "session", "app_name", "app_uid"]),
    ("actor.user", &["account", "name", "uid"]),
    ("metadata.product", &["name", "uid"]),
    ("api.service", &["name", "uid"]),
    ("src_endpoint", &["ip", "uid", "name", "hostname", "svc_name", "instance_uid"]),
];

fn at<'v>(event: &'v Value, path: &str) -> &'v Value {
    path.split('.').fold(event, |value, part| &value[part])
}

fn assert_valid(event: &Value) {
    for (path, kind) in REQUIRED {
        let value = at(event, path);
        let fits = match *kind {
            "integer" => value.is_u64(),
            "string" => value.as_str().is_some_and(|text| !text.is_empty()),
            _ => value.is_object(),
        };
        assert!(fits, "{path} is no {kind}: {event}");
    }
    for (path, names) in AT_LEAST_ONE {
        let object: &Map<String, Value> = at(event, path).as_object().unwrap();
        assert!(names.iter().any(|name| object.contains_key(*name)), "{path}: {event}");
    }
    for name in event.as_object().unwrap().keys() {
        let is_required = REQUIRED.iter().any(|(path, _)| path == name);
        assert!(is_required || ALLOWED.contains(&name.as_str()), "{name} is not of the class");
    }
    let number = |path: &str| at(event, path).as_u64().unwrap();
    assert_eq!((number("category_uid"), number("class_uid")), (6, 6003));
    assert_eq!(number("type_uid"), 600_300 + number("activity_id"));
    assert!([0, 1, 2, 3, 4, 99].contains(&number("activity_id")));
    assert!([0, 1, 2, 3, 4, 5, 6, 99].contains(&number("severity_id")));
    assert!([0, 1, 2, 99].contains(&number("status_id")));
    // Whoever uses 99 must say the source's own word.
    for (number_of, word) in [("activity_id", "activity_name"), ("status_id", "status")] {
        assert!(number(number_of) != 99 || at(event, word).is_string(), "{event}");
    }
    for resource in event["resources"].as_array().unwrap() {
        assert!(resource["name"].is_string() && resource["uid"].is_string(), "{event}");
    }
}

fn entry(operation: &str, phase: Phase) -> Entry {
    let time = Timestamp::from_unix(1_800_000_000);
    let operation = operation.parse().unwrap();
    let app = "strongroom 0.1.0";
    let mut event = Event::new(time, Environment::Drill, "Ada Kern", operation, phase, app);
    event.objects = vec!["archive:01".to_owned(), "odd".to_owned()];
    Entry { sequence: 7, event }
}

#[test]
fn every_phase_of_every_kind_of_operation_is_a_valid_event() {
    let operations = [
        ("archive.seal", 1),
        ("archive.restore", 2),
        ("key.state", 3),
        ("token.retire", 4),
        ("log.cosign", 99),
    ];
    let phases = [
        (Phase::Intent, 0, 1),
        (Phase::Outcome { intent: 3, result: "ok".to_owned() }, 1, 2),
        (Phase::Outcome { intent: 3, result: "damaged".to_owned() }, 99, 3),
        (Phase::Abort { intent: 3, code: "SR-TEST-STOP".to_owned() }, 2, 3),
        (Phase::Recovered { intent: None }, 0, 3),
        (Phase::Change { intent: 3 }, 0, 1),
    ];
    for (operation, activity) in operations {
        for (phase, status, severity) in &phases {
            let event = ocsf("strongroom/00", &entry(operation, phase.clone()), &[]);
            assert_valid(&event);
            assert_eq!(event["activity_id"], activity, "{operation}");
            assert_eq!(
                (&event["status_id"], &event["severity_id"]),
                (&json!(status), &json!(severity))
            );
        }
    }
}

#[test]
fn an_event_says_who_did_what_when_and_carries_the_proof() {
    let entry = entry("archive.seal", Phase::Outcome { intent: 3, result: "ok".to_owned() });
    let path = [leaf_of(&entry)];
    let event = ocsf("strongroom/00", &entry, &path);
    assert_eq!(
        (&event["time"], &event["actor"]["user"]["name"]),
        (&json!(1_800_000_000_000_u64), &json!("Ada Kern"))
    );
    assert_eq!(event["metadata"]["sequence"], 7);
    assert_eq!(event["metadata"]["correlation_uid"], "strongroom/00/3");
    assert_eq!(event["metadata"]["product"]["version"], "0.1.0");
    assert_eq!(event["resources"][0]["type"], "archive");
    assert_eq!(event["unmapped"]["leaf"], leaf_of(&entry).to_string());
    assert_eq!(event["unmapped"]["proof"].as_array().unwrap().len(), 1);
}
