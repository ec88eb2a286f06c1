//! Which crate may know which, as data, compared with what Cargo says.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// What a crate of ours may depend on: other crates of ours, and never some foreign ones.
struct Layer {
    name: &'static str,
    may_use: &'static [&'static str],
    must_not_use: &'static [&'static str],
}

/// Files, clock, randomness of the system, database, runtime, window: not for pure crates.
const NOT_PURE: &[&str] = &[
    "cap-std",
    "getrandom",
    "rand",
    "rusqlite",
    "rustix",
    "tauri",
    "tempfile",
    "tokio",
    "tracing",
];

/// Not for any library: one meaning of an operation, whoever asks.
const PROGRAMS_ONLY: &[&str] = &["clap", "tauri", "tokio", "wry", "rfd"];

/// Not for adapters: they know neither cryptography nor SQL.
const NOT_FOR_ADAPTERS: &[&str] =
    &["aes-gcm", "aws-lc-rs", "hpke", "hkdf", "p256", "ed25519-dalek", "rusqlite", "minicbor"];

/// The layers, lowest first. A new edge is added here, in the open.
const LAYERS: &[Layer] = &[
    Layer { name: "terms", may_use: &[], must_not_use: NOT_PURE },
    Layer { name: "secret", may_use: &["terms"], must_not_use: PROGRAMS_ONLY },
    Layer { name: "keys", may_use: &["terms", "secret"], must_not_use: NOT_PURE },
    Layer { name: "quorum", may_use: &["terms", "secret", "keys"], must_not_use: NOT_PURE },
    Layer { name: "archive", may_use: &["terms", "secret", "keys"], must_not_use: NOT_PURE },
    Layer { name: "token", may_use: &["terms", "secret", "keys"], must_not_use: PROGRAMS_ONLY },
    Layer { name: "audit", may_use: &["terms"], must_not_use: NOT_PURE },
    Layer { name: "registry", may_use: &["terms"], must_not_use: PROGRAMS_ONLY },
    // Lists what is sealed; knows no key.
    Layer { name: "catalogue", may_use: &["terms", "archive"], must_not_use: PROGRAMS_ONLY },
    Layer { name: "ceremony", may_use: &["terms"], must_not_use: NOT_PURE },
    Layer { name: "paper", may_use: &["terms", "secret"], must_not_use: NOT_PURE },
    Layer {
        name: "engine",
        may_use: &[
            "terms",
            "secret",
            "keys",
            "quorum",
            "archive",
            "token",
            "audit",
            "registry",
            "catalogue",
            "ceremony",
            "paper",
        ],
        must_not_use: PROGRAMS_ONLY,
    },
    // The only crate that talks to readers; it gives ceremonies the tokens in them.
    Layer { name: "reader", may_use: &["secret", "token", "engine"], must_not_use: PROGRAMS_ONLY },
    // The only crate that loads a foreign module; it gives ceremonies the tokens behind it.
    Layer {
        name: "pkcs11",
        may_use: &["terms", "secret", "token", "engine"],
        must_not_use: PROGRAMS_ONLY,
    },
    // Its program talks to the display; its library only to a pipe.
    Layer { name: "entry", may_use: &["terms", "secret", "quorum"], must_not_use: PROGRAMS_ONLY },
    Layer {
        name: "drill",
        // Never a driver of real readers: a drill cannot touch a real token.
        may_use: &["terms", "keys", "archive", "ceremony", "engine"],
        must_not_use: PROGRAMS_ONLY,
    },
    Layer {
        name: "cli",
        // It shows what archive, audit and registry hold; it changes them through the engine.
        may_use: &[
            "terms",
            "secret",
            "keys",
            "quorum",
            "archive",
            "token",
            "audit",
            "registry",
            "catalogue",
            "ceremony",
            "paper",
            "engine",
            "entry",
            "reader",
            "pkcs11",
        ],
        must_not_use: NOT_FOR_ADAPTERS,
    },
    Layer {
        name: "desktop",
        // As for the command line; secrets come from the entry window and go to the engine.
        may_use: &[
            "terms",
            "secret",
            "quorum",
            "token",
            "audit",
            "registry",
            "catalogue",
            "ceremony",
            "engine",
            "drill",
            "entry",
            "reader",
        ],
        must_not_use: NOT_FOR_ADAPTERS,
    },
];

/// Crates that must not reach another one, not even through a third.
const NEVER_REACHES: &[(&str, &str, &str)] = &[
    ("registry", "secret", "the database cannot store what it cannot name"),
    ("engine", "reader", "operations take a token, whatever it is in"),
    ("drill", "reader", "a drill cannot touch a real token"),
    ("engine", "pkcs11", "operations take a token, whatever it is behind"),
    ("drill", "pkcs11", "a drill loads no foreign code"),
    ("desktop", "pkcs11", "the window's form for PINs shows exact tries (decision 0410)"),
];

/// Direct dependencies (normal and build) by crate, ours without their `strongroom-`.
type Graph = BTreeMap<String, BTreeSet<String>>;

#[test]
fn every_crate_keeps_to_its_layer() {
    let broken = violations(&graph());
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_crate_has_a_layer() {
    let graph = graph();
    let outside = ["xtask", "tests"];
    let placed = |name: &String| LAYERS.iter().any(|layer| layer.name == name);
    let homeless: Vec<_> =
        graph.keys().filter(|name| !placed(name) && !outside.contains(&name.as_str())).collect();
    assert!(homeless.is_empty(), "add these to the table: {homeless:?}");
    assert!(LAYERS.iter().all(|layer| graph.contains_key(layer.name)), "a layer has no crate");
}

#[test]
fn the_table_notices_a_forbidden_edge() {
    let planted = |from: &str, to: &str| {
        let mut graph = Graph::new();
        graph.entry(from.to_owned()).or_default().insert(to.to_owned());
        violations(&graph).len()
    };
    assert_eq!(planted("engine", "archive"), 0);
    assert_eq!(planted("archive", "quorum"), 1);
    assert_eq!(planted("archive", "getrandom"), 1);
    assert_eq!(planted("desktop", "rusqlite"), 1);
    assert_eq!(planted("registry", "secret"), 2);
    let mut detour = Graph::new();
    detour.entry("registry".to_owned()).or_default().insert("terms".to_owned());
    detour.entry("terms".to_owned()).or_default().insert("secret".to_owned());
    assert!(violations(&detour).iter().any(|line| line.contains("cannot store")));
}

/// Every edge of `graph` that the table does not allow, as a sentence.
fn violations(graph: &Graph) -> Vec<String> {
    let is_ours = |name: &str| LAYERS.iter().any(|layer| layer.name == name);
    let mut broken = Vec::new();
    for layer in LAYERS {
        for used in graph.get(layer.name).into_iter().flatten().map(String::as_str) {
            let is_foreign = !is_ours(used);
            if is_foreign && layer.must_not_use.contains(&used) {
                broken.push(format!("{} must not use {used}", layer.name));
            }
            if !is_foreign && !layer.may_use.contains(&used) {
                broken.push(format!("{} may not know {used}", layer.name));
            }
        }
    }
    for (from, to, why) in NEVER_REACHES {
        if reachable(graph, from).contains(*to) {
            broken.push(format!("{from} reaches {to}: {why}"));
        }
    }
    broken
}

/// Every crate that `from` depends on, directly or through others.
fn reachable(graph: &Graph, from: &str) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut open = vec![from.to_owned()];
    while let Some(next) = open.pop() {
        for used in graph.get(&next).into_iter().flatten() {
            if seen.insert(used.clone()) {
                open.push(used.clone());
            }
        }
    }
    seen
}

/// What Cargo says; `--no-deps` needs no downloads, and direct edges are all the table speaks of.
fn graph() -> Graph {
    let cargo = option_env!("CARGO").unwrap_or("cargo");
    let output = Command::new(cargo)
        .args(["metadata", "--offline", "--no-deps", "--format-version", "1"])
        .current_dir(strongroom_tests::repository())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    packages.iter().map(|package| (short_name(&package["name"]), dependencies(package))).collect()
}

fn dependencies(package: &Value) -> BTreeSet<String> {
    let all = package["dependencies"].as_array().into_iter().flatten();
    all.filter(|dependency| dependency["kind"] != "dev")
        .map(|dependency| short_name(&dependency["name"]))
        .collect()
}

fn short_name(name: &Value) -> String {
    let name = name.as_str().unwrap_or_default();
    name.strip_prefix("strongroom-").unwrap_or(name).to_owned()
}
