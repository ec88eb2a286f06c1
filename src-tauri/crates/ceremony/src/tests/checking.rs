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

/// A finding points at the very word, and of two steps of one name at the second (script-1 C27).
#[test]
fn every_finding_says_where_in_the_text_it_is() {
    let (_, good) = SHIPPED[0];
    let faults = [
        ("needs: [minutes]", "needs: [minute]", "SR-CHECK-UNKNOWN-OBJECT", "minute]"),
        ("actor: witness", "actor: visitor", "SR-CHECK-UNKNOWN-ROLE", "visitor"),
        ("id: dice\n", "id: generate\n", "SR-CHECK-STEP-TWICE", "generate\n"),
        ("ends: [entropy]", "ends: [minutes]", "SR-CHECK-ENDS-NOTHING", "minutes]"),
        (
            "id: witness, min: 1, max: 4",
            "id: witness, min: 5, max: 4",
            "SR-CHECK-ROLE-COUNT",
            "witness, min: 5",
        ),
    ];
    for (from, to, code, word) in faults {
        // A comment before and letters of two bytes must not move anything.
        let text = format!("# Schlüssel\n{}", good.replacen(from, to, 1));
        let found = check(&Script::parse(&text).unwrap());
        let at = found.iter().find(|finding| finding.code == code).unwrap().at.unwrap();
        let line = text.lines().nth(usize::try_from(at.line).unwrap() - 1).unwrap();
        let rest = format!("{}\n", &line[usize::try_from(at.column).unwrap() - 1..]);
        assert!(rest.starts_with(word), "{code} at {at:?}: {rest}");
    }
    let twice = good.replacen("id: dice\n", "id: generate\n", 1);
    let found = check(&Script::parse(&twice).unwrap());
    let at = found.iter().find(|finding| finding.code == "SR-CHECK-STEP-TWICE").unwrap().at;
    let second = twice.lines().enumerate().filter(|(_, l)| l.ends_with("id: generate")).last();
    assert_eq!(at.unwrap().line, second.unwrap().0 as u64 + 1);
}

#[test]
fn every_planted_finding_of_the_whole_script_has_a_place() {
    let (_, good) = SHIPPED[0];
    for line in good.lines().filter(|line| {
        ["makes:", "ends:", "needs:"].iter().any(|key| line.trim_start().starts_with(key))
    }) {
        let script = Script::parse(&good.replacen(&format!("{line}\n"), "", 1)).unwrap();
        for finding in check(&script) {
            assert!(finding.at.is_some_and(|at| at.line > 0 && at.column > 0), "{finding:?}");
        }
    }
}
