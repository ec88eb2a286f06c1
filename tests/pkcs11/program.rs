//! The command line with tokens behind a module: from the enrolment to what was lost.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use strongroom_tests::strongroom;

use crate::hsm::{Hsm, MODULE, PIN, inside};

/// Two of three custodians and one officer: two tokens behind the module, a virtual one, a sheet.
const PEOPLE: &str = r#"
place = "The small meeting room"
administrator = "Max Amend"
witness = "Wilma Berg"
"#;
const QUORUM: &str = r#"
[quorum]
group_threshold = 2
[[quorum.groups]]
name = "custodians"
threshold = 2
holders = [
  { name = "Ada Kern", pkcs11 = "ada", pin = "271828", sheet = false },
  { name = "Bruno Lang", pkcs11 = "bruno", pin = "271828", sheet = false },
  { name = "Cora Mai", pin = "161803", sheet = false },
]
[[quorum.groups]]
name = "officers"
threshold = 1
holders = [{ name = "Eva Ott" }]
"#;
const REASON: &str = "unattested_tokens = \"the bank issues no other cards\"\n";

/// A drill vault and the files around it.
struct Desk<'a> {
    hsm: &'a Hsm,
    home: PathBuf,
}

impl<'a> Desk<'a> {
    fn new(hsm: &'a Hsm) -> Self {
        let desk = Self { hsm, home: hsm.dir().join("home") };
        fs::create_dir(&desk.home).unwrap();
        desk.order(&["init", &desk.at("vault"), "--environment", "drill"]);
        desk
    }

    fn at(&self, name: &str) -> String {
        self.home.join(name).display().to_string()
    }

    fn file(&self, name: &str, text: &str) -> String {
        fs::write(self.home.join(name), text).unwrap();
        self.at(name)
    }

    /// Runs the command line; what it printed as JSON, and whether it ended well.
    fn ask(&self, arguments: &[&str]) -> (Value, bool) {
        let mut program = strongroom().expect("the programs were built");
        self.hsm.configure(&mut program);
        program.args(["--json", "--vault", &self.at("vault")]).args(arguments);
        let output = program.output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let json = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text} {output:?}"));
        (json, output.status.success())
    }

    fn order(&self, arguments: &[&str]) -> Value {
        let (told, is_good) = self.ask(arguments);
        assert!(is_good, "{arguments:?}: {told}");
        told
    }

    /// The code of what stops a command.
    fn refused(&self, arguments: &[&str]) -> String {
        let (told, is_good) = self.ask(arguments);
        assert!(!is_good, "{arguments:?}: {told}");
        told["error"]["code"].as_str().unwrap().to_owned()
    }

    fn genesis(&self) -> Value {
        let answers = self.file("genesis.toml", &format!("{PEOPLE}{REASON}{QUORUM}"));
        let sheets = self.at("sheets");
        let run = ["ceremony", "run", "genesis", "--answers", &answers, "--sheets", &sheets];
        self.order(&[&run[..], &["--pkcs11", MODULE]].concat())
    }

    /// A request that Ada and Bruno approve with their tokens and Eva with her sheet.
    fn request(&self, pin: &str, sheet: &str) -> String {
        let text = format!(
            "{PEOPLE}[request]\nrequester = \"Rita Sommer\"\nreason = \"all is lost\"\n\
             approvers = [{{ name = \"Ada Kern\", pin = \"{pin}\" }},\n\
             {{ name = \"Bruno Lang\", pin = \"{PIN}\" }},\n\
             {{ name = \"Eva Ott\", share = \"{sheet}\" }}]\n"
        );
        self.file("restore.toml", &text)
    }
}

#[test]
fn a_key_is_made_and_a_restore_approved_with_tokens_behind_a_module_and_a_sheet() {
    let name = "program::\
                a_key_is_made_and_a_restore_approved_with_tokens_behind_a_module_and_a_sheet";
    inside(name, |hsm| {
        ["ada", "bruno"].iter().for_each(|label| hsm.make(label));
        let desk = Desk::new(hsm);
        let made = desk.genesis();
        let shares = made["shares"].as_array().unwrap();
        let remarked = |share: &&Value| share["token_remark"].is_string();
        let holders: Vec<_> = shares.iter().filter(remarked).map(|s| &s["holder"]).collect();
        assert_eq!(holders, ["Ada Kern", "Bruno Lang"], "Cora's token attests its keys");
        let sheet = shares[3]["file"].as_str().unwrap();
        let source = desk.file("source", "what was lost");
        let recipient = made["recipient"].as_str().unwrap();
        desk.order(&["seal", "-r", recipient, "-o", &desk.at("archive"), &source]);
        let (archive, to) = (desk.at("archive"), desk.at("restored"));
        let request = desk.request(PIN, sheet);
        let restore = ["ceremony", "run", "restore", "--answers", &request, "--archive", &archive];
        let restore = [&restore[..], &["--to", &to]].concat();
        let named = [&restore[..], &["--pkcs11", MODULE]].concat();
        assert_eq!(desk.refused(&restore), "SR-TOKENS-NO-MODULE");
        // Ada types a wrong PIN: nothing is restored, and her token remembers.
        desk.request("000000", sheet);
        assert_eq!(desk.refused(&named), "SR-TOKEN-WRONG-PIN");
        assert!(!Path::new(&to).join("source").exists());
        let list = desk.order(&["token", "list", "--pkcs11", MODULE]);
        let tokens = list["tokens"].as_array().unwrap();
        let ada = tokens.iter().find(|token| token["label"] == "ada").unwrap();
        assert!(ada["remark"].as_str().unwrap().contains("not attested"));
        let number = ada["serial"].to_string();
        let shown = desk.order(&["token", "show", &number, "--pkcs11", MODULE]);
        assert_eq!((&shown["after_wrong"], &shown["tries"]), (&true.into(), &"not told".into()));
        assert_eq!(shown["slots"].as_array().unwrap().len(), 2);
        desk.request(PIN, sheet);
        assert_eq!(desk.order(&named)["verdict"], "complete");
        let restored = fs::read_to_string(Path::new(&to).join("source")).unwrap();
        assert_eq!(restored, "what was lost");
        assert_eq!(remarks_of_evidence(&desk.home), [true, true, false]);
        // Her token is replaced by another one with the same label: it is not hers.
        hsm.destroy("ada");
        hsm.make("ada");
        let to = desk.at("again");
        let again = [&restore[..5], &["--archive", &archive, "--to", &to]].concat();
        assert_eq!(desk.refused(&[&again[..], &["--pkcs11", MODULE]].concat()), "SR-TOKEN-ABSENT");
        let missing = [&again[..], &["--pkcs11", "/nowhere/module.so"]].concat();
        assert_eq!(desk.refused(&missing), "SR-MODULE-PATH");
        remarked_as_long_as_it_is_known(&desk, &number);
    });
}

/// The token is named nowhere without what must be said of it (envelope-1 E17).
fn remarked_as_long_as_it_is_known(desk: &Desk<'_>, number: &str) {
    let says = |value: &Value| value.as_str().is_some_and(|text| text.contains("not attested"));
    let remarks =
        |list: &Value| list.as_array().unwrap().iter().filter(|t| says(&t["remark"])).count();
    let known = desk.order(&["token", "list", "--enrolled"]);
    assert_eq!(remarks(&known["tokens"]), 2, "{known}");
    let shares = desk.order(&["share", "list"]);
    let copies = shares["shares"].as_array().unwrap().iter().map(|share| remarks(&share["copies"]));
    assert_eq!(copies.sum::<usize>(), 2, "{shares}");
    let retired = desk.order(&["token", "retire", number, "--because", "lost"]);
    assert!(says(&retired["remark"]), "{retired}");
    let log = desk.order(&["log", "show"]);
    let last = log["entries"].as_array().unwrap().last().unwrap();
    assert_eq!(last["operation"], "token.retire", "{last}");
    assert!(says(&last["remark"]), "{last}");
}

/// Which approvals in the evidence carry a remark on their token.
fn remarks_of_evidence(home: &Path) -> Vec<bool> {
    let documents = fs::read_dir(home.join("vault/documents")).unwrap();
    let paths = documents.map(|entry| entry.unwrap().path());
    let is_evidence = |path: &PathBuf| path.to_string_lossy().ends_with("-agreed.json");
    let evidence = fs::read(paths.into_iter().find(is_evidence).unwrap()).unwrap();
    let evidence: Value = serde_json::from_slice(&evidence).unwrap();
    let approvals = evidence["approvals"].as_array().unwrap();
    approvals.iter().map(|approval| approval["token_remark"].is_string()).collect()
}

#[test]
fn a_roster_that_names_such_a_token_and_no_reason_begins_no_ceremony() {
    inside("program::a_roster_that_names_such_a_token_and_no_reason_begins_no_ceremony", |hsm| {
        ["ada", "bruno"].iter().for_each(|label| hsm.make(label));
        let desk = Desk::new(hsm);
        let sheets = desk.at("sheets");
        for reason in ["", "unattested_tokens = \"  \"\n"] {
            let answers = desk.file("genesis.toml", &format!("{PEOPLE}{reason}{QUORUM}"));
            let run = ["ceremony", "run", "genesis", "--answers", &answers, "--sheets", &sheets];
            let run = [&run[..], &["--pkcs11", MODULE]].concat();
            assert_eq!(desk.refused(&run), "SR-GENESIS-UNATTESTED");
        }
        // Nor without the module, or with one that does not start.
        let answers = desk.file("genesis.toml", &format!("{PEOPLE}{REASON}{QUORUM}"));
        let run = ["ceremony", "run", "genesis", "--answers", &answers, "--sheets", &sheets];
        assert_eq!(desk.refused(&run), "SR-TOKENS-NO-MODULE");
        hsm.destroy("bruno");
        assert_eq!(desk.refused(&[&run[..], &["--pkcs11", MODULE]].concat()), "SR-TOKENS-LABEL");
        let shown = desk.order(&["ceremony", "show"]);
        assert!(shown["ceremonies"].as_array().unwrap().is_empty(), "{shown}");
        fs::remove_file(hsm.dir().join("softhsm2.conf")).unwrap();
        assert_eq!(desk.refused(&["token", "list", "--pkcs11", MODULE]), "SR-MODULE-START");
    });
}
