//! A rule that cannot fail is no rule: each one must find what is planted here, and nothing else.

use crate::rules::{RULES, Rule};
use crate::source::Source;
use crate::{clauses, code, tidy};

const CRATE_FILE: &str = "src-tauri/crates/registry/src/lib.rs";

/// Promise of the rule, path and text of a file that breaks it, and of one that does not.
fn plants() -> Vec<(&'static str, [(&'static str, String); 2])> {
    let crate_file =
        |bad: &str, good: &str| [(CRATE_FILE, bad.to_owned()), (CRATE_FILE, good.to_owned())];
    let body = |lines: usize| format!("fn walk() {{\n{}}}\n", "    step();\n".repeat(lines));
    let test = |inside: &str| format!("fn a() {{}}\n#[cfg(test)]\nmod tests {{\n{inside}\n}}\n");
    let svelte = |text: &str| ("ui/src/views/Keys.svelte", text.to_owned());
    vec![
        ("files are short", crate_file(&"// x\n".repeat(501), &"// x\n".repeat(500))),
        ("lines are short", crate_file(&"é".repeat(101), &"é".repeat(100))),
        ("functions are short", crate_file(&body(69), &body(68))),
        (
            "types have names that say what they are",
            crate_file("struct KeyManager;", "struct DataKey; // no manager: \"struct AManager\""),
        ),
        (
            "files have names that say what they hold",
            [("ui/src/parts/utils.ts", String::new()), ("ui/src/parts/mark.ts", String::new())],
        ),
        ("no function is called get", crate_file("fn get_key() {}", "fn forget_key() {}")),
        ("only tests unwrap", crate_file("fn a() { b().unwrap() }", &test("b().unwrap()"))),
        ("no test is ignored", crate_file("#[ignore]\nfn a() {}", "// #[ignore]")),
        ("no test expects a panic", crate_file("#[should_panic]", "// should_panic")),
        ("no test sleeps", crate_file(&test("sleep(a);"), "fn a() { sleep(b) }")),
        (
            "secrets are exposed only where they are used",
            crate_file("fn a(b: B) { b.expose() }", &test("b.expose();")),
        ),
        (
            "only tests look beside the repository",
            [
                ("docs/GUIDE.md", ["see ..", "/shared"].concat()),
                (CRATE_FILE, test(&["let a = open(\"..", "/shared/a\");"].concat())),
            ],
        ),
        ("no error is a catch-all", crate_file("enum E { Other(String) }", "enum E { Another }")),
        (
            "only ui/src/ipc imports the Tauri API",
            [
                svelte("import { invoke } from \"@tauri-apps/api/core\";"),
                ("ui/src/ipc/keys.ts", "import \"@tauri-apps/api/core\";".to_owned()),
            ],
        ),
        (
            "no element has a style of its own",
            [svelte("<p style=\"color: red\">"), svelte("<p style:width={share}>")],
        ),
        (
            "lock files name no host",
            [
                ("ui/package-lock.json", "{ \"resolved\": \"https://a/b.tgz\" }".to_owned()),
                ("ui/package-lock.json", "{ \"integrity\": \"sha512-\" }".to_owned()),
            ],
        ),
    ]
}

#[test]
fn every_rule_finds_its_planted_violation_and_spares_the_counterpart() {
    let plants = plants();
    for Rule { promise, find } in RULES {
        let planted = plants.iter().find(|(of, _)| of == promise);
        let (_, [bad, good]) = planted.unwrap_or_else(|| panic!("nothing planted for: {promise}"));
        let found = |(path, text): &(&str, String)| find(&Source::new(path, text, false));
        assert_eq!(found(bad).len(), 1, "{promise}: not found in {}", bad.1);
        assert_eq!(found(good), [], "{promise}: found where it is not");
    }
}

#[test]
fn strings_comments_and_tests_are_not_code() {
    let text = "let a = \"b\\\"c\"; /* d */ 'e'; // f\nfn g<'h>() { r#\"i\"j\"# }";
    let code = code::blank(text);
    assert_eq!(code.len(), text.len());
    assert_eq!(code.split_whitespace().collect::<String>(), "leta=;;fng<'h>(){}");
    let tested = code::blank("fn a() {}\n#[cfg(test)]\nmod tests { fn b() {} }\nfn c() {}");
    assert!(!code::without_tests(&tested).contains("fn b"));
    assert!(code::without_tests(&tested).contains("fn c"));
    let modules = code::test_modules("src/log.rs", "#[cfg(test)]\nmod vectors;\nmod other;");
    assert_eq!(modules, ["src/log/vectors"]);
}

#[test]
fn error_codes_are_found_where_they_are_handed_out() {
    let text = "match self { A => \"SR-A-B\", B => { \"SR-A-C\" } }\n\
                match code { \"SR-A-D\" => 1, \"SR-A-E\" | \"SR-A-F\" => 2 }";
    let source = Source::new(CRATE_FILE, text, false);
    assert_eq!(tidy::codes(&source), [("SR-A-B", 1), ("SR-A-C", 1)]);
}

#[test]
fn clauses_and_references_to_them_are_found() {
    let spec = "Text about **A9**.\n**A1** The magic is there.\n- **A2** So is the rest.\n";
    assert_eq!(clauses::defined(spec), ["A1", "A2"]);
    let code = "/// Checked (archive-1 A1, A2 and A10).\n// keys-1 K3. SP 800-57, sha-256 A";
    let references = clauses::referenced(code, &["archive-1", "keys-1"]);
    let all = [("archive-1", "A1"), ("archive-1", "A2"), ("archive-1", "A10"), ("keys-1", "K3")];
    assert_eq!(references, all.map(|(spec, clause)| (spec.to_owned(), clause.to_owned())));
}
