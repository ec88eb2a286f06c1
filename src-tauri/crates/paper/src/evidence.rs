//! The evidence of a restore: who asked, who approved, what came out.

use terms::{ArchiveId, CeremonyId, Digest, Environment, KeyName, Timestamp};

use crate::flow::{Flow, Masthead};
use crate::minutes::{exceptions, head_line, log_head, signatures};
use crate::style::{BODY, DANGER, HEADING, INK};
use crate::table::Column;
use crate::{PaperError, Person};

/// The evidence sheet of one restore (paper-1 P11).
#[derive(Debug)]
pub struct Evidence<'a> {
    /// The archive's environment; none where the archive does not state one.
    pub environment: Option<Environment>,
    /// What was restored, in words, such as "Restore of the archive orders".
    pub title: &'a str,
    /// The run of the ceremony.
    pub ceremony: CeremonyId,
    /// Where it was held.
    pub place: &'a str,
    /// Everybody present; each gets a line to sign.
    pub people: Vec<Person>,
    /// The master key that the archive is sealed to; none where the archive does not name it.
    pub key: Option<KeyName>,
    /// Who opens that key, in words.
    pub quorum: &'a str,
    /// What of the archive was asked for, in words.
    pub selection: &'a str,
    /// The folder restored into.
    pub target: &'a str,
    /// What was to happen where something is already there, in words.
    pub conflict: &'a str,
    /// How it was to be put there, label and sentence.
    pub manner: Vec<(&'static str, String)>,
    /// The archive.
    pub archive: ArchiveId,
    /// The digest of the approved plan.
    pub plan: Digest,
    /// Who asked for the restore.
    pub requester: &'a str,
    /// Why.
    pub reason: &'a str,
    /// Who approved, how (a token's serial, or a sheet), and when.
    pub approvals: Vec<(String, String, Timestamp)>,
    /// What came of it, as one sentence.
    pub verdict: &'a str,
    /// Files written, damaged ones among them.
    pub files: u64,
    /// Bytes written.
    pub bytes: u64,
    /// What could not be restored whole and why, one line each.
    pub damaged: Vec<String>,
    /// What did not go as the script says; printed before everything else.
    pub exceptions: Vec<String>,
    /// When the restore began.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// The log's checkpoint after the restore, as text; empty where there is none.
    pub log_head: &'a str,
    /// Name and version of the program.
    pub program: &'a str,
}

impl Evidence<'_> {
    /// Renders the evidence sheet as PDF.
    ///
    /// # Errors
    ///
    /// The checkpoint does not fit into a code.
    pub fn render(&self) -> Result<Vec<u8>, PaperError> {
        let mut flow = Flow::new(Masthead {
            environment: self.environment,
            kind: "restore evidence",
            object: format!("plan {}", self.plan.to_words()),
            log_head: head_line(self.log_head),
        })?;
        flow.title("EVIDENCE OF A RESTORE", self.title);
        let ink = if self.damaged.is_empty() { INK } else { DANGER };
        flow.text(HEADING.in_ink(ink), self.verdict);
        flow.gap(6.0);
        flow.facts(&self.facts());
        exceptions(&mut flow, &self.exceptions);
        self.damage(&mut flow);
        flow.heading("Approvals", BODY.leading * 4.0);
        self.approvals(&mut flow);
        let object = format!("plan {}\narchive {}", self.plan, self.archive);
        log_head(&mut flow, &object, self.log_head)?;
        let agreement = "I was present. I agree that this is what was approved and what came \
                         back, or I do not agree and have written my reason below.";
        signatures(&mut flow, &self.people, agreement);
        flow.heading("Hand-over", 80.0);
        flow.fields(&[("handed over by", 1.4), ("signature", 1.4), ("date", 0.8)]);
        flow.fields(&[("received by", 1.4), ("signature", 1.4), ("date", 0.8)]);
        flow.finish(self.ended, format!("Restore evidence: {}", self.title))
    }

    fn facts(&self) -> Vec<(String, String)> {
        let fact = |label: &str, value: String| (label.to_owned(), value);
        let environment = self.environment.map_or("not stated".to_owned(), |e| e.to_string());
        let key = self.key.map_or("not named".to_owned(), |key| key.to_string());
        let mut facts = vec![
            fact("Environment", environment),
            fact("Place", self.place.to_owned()),
            fact("Archive", self.archive.to_string()),
            fact("Key", format!("{key}, opened by {}", self.quorum)),
        ];
        let of = |role: &str| self.people.iter().find(|person| person.role == role);
        for (label, role) in [("Administrator", "administrator"), ("Witness", "witness")] {
            facts.extend(of(role).map(|person| fact(label, person.name.clone())));
        }
        facts.extend([
            fact("Requested by", self.requester.to_owned()),
            fact("Reason", self.reason.to_owned()),
            fact("Approved plan", format!("{}\n{}", self.plan.to_words(), self.plan)),
            fact("Asked for", self.selection.to_owned()),
            fact("Restored into", self.target.to_owned()),
            fact("Already there", self.conflict.to_owned()),
            fact("Manner", lines(&self.manner)),
            fact("Restored", format!("{} in {}", size(self.bytes), files(self.files))),
            fact("Began", self.started.to_words()),
            fact("Ended", self.ended.to_words()),
            fact("Ceremony", self.ceremony.to_string()),
            fact("Program", self.program.to_owned()),
        ]);
        facts
    }

    fn damage(&self, flow: &mut Flow) {
        flow.heading("Damage", BODY.leading * 2.0);
        if self.damaged.is_empty() {
            flow.text(BODY, "None. Every byte was authenticated.");
            return;
        }
        let rows: Vec<_> = (1..)
            .zip(&self.damaged)
            .map(|(number, line): (u64, _)| vec![number.to_string(), line.clone()])
            .collect();
        flow.table(&[Column::exact("No.", 0.08), Column::new("Not restored whole", 1.0)], &rows);
    }

    fn approvals(&self, flow: &mut Flow) {
        if self.approvals.is_empty() {
            flow.text(BODY, "None was recorded.");
            return;
        }
        let row = |(who, how, at): &(String, String, Timestamp)| {
            vec![who.clone(), how.clone(), at.to_words()]
        };
        let rows: Vec<_> = self.approvals.iter().map(row).collect();
        let columns =
            [Column::new("Who", 1.0), Column::new("How", 1.0), Column::exact("When", 0.95)];
        flow.table(&columns, &rows);
    }
}

/// One line for each fact.
fn lines(facts: &[(&str, String)]) -> String {
    let lines: Vec<_> = facts.iter().map(|(label, value)| format!("{label}: {value}")).collect();
    lines.join("\n")
}

fn files(count: u64) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{} files", grouped(count)) }
}

/// The exact size, and one that can be imagined before it.
fn size(bytes: u64) -> String {
    let exact = format!("{} bytes", grouped(bytes));
    for (shift, unit) in [(40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")] {
        if bytes >> shift > 0 {
            let tenths = (u128::from(bytes) * 10) >> shift;
            return format!("{}.{} {unit} ({exact})", tenths / 10, tenths % 10);
        }
    }
    exact
}

/// Digits in groups of three, with a thin gap that no one reads as a decimal mark.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}
