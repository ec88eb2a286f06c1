use crate::{SHIPPED, Script, ScriptError, Severity, check};

#[test]
fn the_shipped_scripts_have_no_finding() {
    for (name, text) in SHIPPED {
        let script = Script::parse(text).unwrap();
        assert_eq!(script.id, name);
        assert_eq!(check(&script), []);
    }
}

/// Each change of a good script is a finding with its code.
#[test]
fn every_planted_fault_is_found() {
    let (_, good) = SHIPPED[0];
    let faults = [
        ("id: dice\n", "id: generate\n", "SR-CHECK-STEP-TWICE"),
        ("needs: [minutes]", "needs: [minute]", "SR-CHECK-UNKNOWN-OBJECT"),
        ("actor: witness", "actor: visitor", "SR-CHECK-UNKNOWN-ROLE"),
        ("confirm: [witness]", "confirm: [administrator]", "SR-CHECK-OWN-CONFIRMATION"),
        ("id: witness, min: 1, max: 4", "id: witness, min: 5, max: 4", "SR-CHECK-ROLE-COUNT"),
        ("        makes: [seed]\n", "", "SR-CHECK-UNMET"),
        ("        ends: [shares]\n", "", "SR-CHECK-UNACCOUNTED"),
        ("        makes: [minutes]\n", "", "SR-CHECK-FINAL"),
        ("        makes: [sheets]\n", "", "SR-CHECK-NEVER-MADE"),
        ("ends: [entropy]", "ends: [minutes]", "SR-CHECK-ENDS-NOTHING"),
        ("kind: prove-sheet", "kind: statement", "SR-CHECK-UNPROVED"),
        ("kind: prove-token", "kind: statement", "SR-CHECK-UNPROVED"),
        ("max: 1, excludes: [witness] }", "max: 1 }", "SR-CHECK-SAME-PERSON"),
        (
            "  - { id: custodian, min: 1, max: 256 }",
            "  - { id: custodian, min: 1, max: 256 }\n  - { id: cook, min: 0, max: 1 }",
            "SR-CHECK-IDLE-ROLE",
        ),
    ];
    for (from, to, code) in faults {
        assert!(good.contains(from), "{from}");
        let script = Script::parse(&good.replacen(from, to, 1)).unwrap();
        let found = check(&script);
        assert!(found.iter().any(|finding| finding.code == code), "{code}: {found:?}");
    }
    assert!(Severity::Error > Severity::Warning);
}

#[test]
fn a_text_that_is_no_script_is_refused_with_its_place() {
    let (_, good) = SHIPPED[0];
    let bad = good.replacen("kind: split", "kind: spill", 1);
    let error = Script::parse(&bad).unwrap_err();
    let line = bad.lines().position(|line| line.contains("spill")).unwrap() as u64 + 1;
    assert!(
        matches!(error, ScriptError::Malformed { line: at, column: 15, .. } if at == line),
        "{error:?}"
    );
    assert!(Script::parse(&good.replacen("title:", "titel:", 1)).is_err());
    let newer = Script::parse(&good.replacen("language: 1", "language: 2", 1));
    assert_eq!(newer, Err(ScriptError::Version { version: 2 }));
}

#[test]
fn a_changed_script_has_another_digest() {
    let (_, good) = SHIPPED[0];
    let changed = good.replacen("Read the purpose aloud", "Read the purpose", 1);
    assert_ne!(Script::parse(good).unwrap().digest(), Script::parse(&changed).unwrap().digest());
}
