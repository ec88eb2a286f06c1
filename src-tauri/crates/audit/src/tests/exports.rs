//! What other programs are given, read back by strict readers of their own.

use terms::{Environment, Timestamp};

use crate::{Entry, Event, Phase, cef, json_line, leaf_of, rfc5424};

fn entry(phase: Phase, remark: &str) -> Entry {
    let operation = "archive.restore-with-sheets-and-more".parse().unwrap();
    let time = Timestamp::from_unix(1_800_000_000);
    let app = "strongroom 0.1.0";
    let actor = "Ada \"the = |pipe\\ ] Kern";
    let mut event = Event::new(time, Environment::Drill, actor, operation, phase, app);
    event.objects = vec!["archive:01".to_owned(), "odd:]\"=|\\".to_owned()];
    event.remark = Some(remark.to_owned());
    Entry { sequence: 7, event }
}

/// RFC 5424 section 6, as strict as its grammar: priority, header, parameters, message.
fn read_5424(line: &str) -> (u8, Vec<String>, Vec<(String, String)>, String) {
    let (priority, rest) = line.strip_prefix('<').unwrap().split_once('>').unwrap();
    let (header, rest) = rest.split_once(" [").unwrap();
    let header: Vec<_> = header.split(' ').map(str::to_owned).collect();
    assert!(header.iter().all(|part| part.is_ascii() && !part.is_empty()), "{header:?}");
    assert!(header[5].len() <= 32, "{header:?}");
    let (mut params, mut chars) = (Vec::new(), rest.chars());
    let id: String = chars.by_ref().take_while(|c| *c != ' ').collect();
    assert_eq!(id, "strongroom@32473");
    loop {
        let name: String = chars.by_ref().take_while(|c| *c != '=').collect();
        assert!(!name.is_empty() && name.len() <= 32, "{name}");
        assert_eq!(chars.next(), Some('"'));
        let mut value = String::new();
        loop {
            match chars.next().unwrap() {
                '"' => break,
                ']' => panic!("a bracket that is not escaped"),
                '\\' => value.push(chars.next().filter(|c| "\"\\]".contains(*c)).unwrap()),
                other => value.push(other),
            }
        }
        params.push((name, value));
        match chars.next().unwrap() {
            ']' => break,
            next => assert_eq!(next, ' '),
        }
    }
    let message: String = chars.collect();
    (priority.parse().unwrap(), header, params, message)
}

#[test]
fn syslog_has_every_part_escaped_as_its_grammar_asks() {
    let aborted = entry(Phase::Abort { intent: 3, code: "SR-X".to_owned() }, "it = \"stopped\" ]");
    let (priority, header, params, message) = read_5424(&rfc5424(&aborted));
    assert_eq!(priority, 13 * 8 + 4);
    let shortened = "archive.restore-with-sheets-and-";
    assert_eq!(header, ["1", "2027-01-15T08:00:00Z", "-", "strongroom", "-", shortened]);
    let all = |name: &str| -> Vec<String> {
        let own = params.iter().filter(|(own, _)| own == name);
        own.map(|(_, value)| value.clone()).collect()
    };
    assert_eq!(all("actor"), std::slice::from_ref(&aborted.event.actor));
    assert_eq!(all("object"), aborted.event.objects);
    assert_eq!(all("leaf"), [leaf_of(&aborted).to_string()]);
    assert_eq!((all("result"), all("intent")), (vec!["SR-X".into()], vec!["3".into()]));
    assert_eq!(message, " \u{feff}it = \"stopped\" ]");
}

/// The seven fields of a CEF header, and its extension by key.
fn read_cef(line: &str) -> (Vec<String>, Vec<(String, String)>) {
    let (mut fields, mut field, mut chars) = (Vec::new(), String::new(), line.chars());
    while fields.len() < 7 {
        match chars.next().unwrap() {
            '\\' => field.push(chars.next().filter(|c| "\\|".contains(*c)).unwrap()),
            '|' => fields.push(std::mem::take(&mut field)),
            other => field.push(other),
        }
    }
    let rest: Vec<char> = chars.collect();
    // A key is a word before an equals sign that is not escaped.
    let is_sign = |at: usize| rest[at] == '=' && (at == 0 || rest[at - 1] != '\\');
    let signs: Vec<usize> = (0..rest.len()).filter(|at| is_sign(*at)).collect();
    let key_of = |sign: usize| {
        let start = rest[..sign].iter().rposition(|c| *c == ' ').map_or(0, |space| space + 1);
        (start, rest[start..sign].iter().collect::<String>())
    };
    let pairs = signs.iter().enumerate().map(|(number, sign)| {
        let end = signs.get(number + 1).map_or(rest.len(), |next| key_of(*next).0 - 1);
        let value: String = rest[sign + 1..end].iter().collect();
        (key_of(*sign).1, value.replace("\\=", "=").replace("\\\\", "\\"))
    });
    let pairs = pairs.collect();
    (fields, pairs)
}

#[test]
fn cef_has_its_header_and_extension_escaped() {
    let done = entry(Phase::Outcome { intent: 3, result: "ok".to_owned() }, "all = well");
    let (header, extension) = read_cef(&cef(&done));
    let operation = "archive.restore-with-sheets-and-more";
    let name = format!("{operation} outcome");
    assert_eq!(header, ["CEF:0", "Strongroom", "strongroom", "0.1.0", operation, &name, "3"]);
    let value = |name: &str| extension.iter().find(|(own, _)| own == name).unwrap().1.clone();
    assert_eq!(value("suser"), done.event.actor);
    assert_eq!((value("outcome"), value("msg")), ("ok".into(), "all = well".into()));
    assert_eq!(value("cs1"), leaf_of(&done).to_string());
    assert_eq!((value("rt"), value("cn1")), ("1800000000000".into(), "3".into()));
}

#[test]
fn json_carries_the_bytes_that_the_log_has() {
    let line = json_line(&entry(Phase::Intent, "about to"), &[]);
    assert_eq!((&line["phase"], &line["result"]), (&"intent".into(), &serde_json::Value::Null));
    assert_eq!(line["leaf"], leaf_of(&entry(Phase::Intent, "about to")).to_string());
}
