//! The minutes of a ceremony: what was done, by whom, and who agrees.

use terms::{CeremonyId, Environment, Timestamp};

use crate::PaperError;
use crate::code::Code;
use crate::flow::{Flow, Masthead};
use crate::style::{BODY, DANGER, MONO_SMALL, STRONG};
use crate::table::Column;

/// The record of a ceremony for people (paper-1 P8, P9, P10).
#[derive(Debug)]
pub struct Minutes<'a> {
    /// What the ceremony was, such as "Genesis of production/3".
    pub title: &'a str,
    /// The environment that it was held in.
    pub environment: Environment,
    /// The run of the ceremony.
    pub ceremony: CeremonyId,
    /// Where it was held.
    pub place: &'a str,
    /// When the first step began.
    pub started: Timestamp,
    /// When the last step ended.
    pub ended: Timestamp,
    /// Everybody present; each gets a line to sign.
    pub people: Vec<Person>,
    /// Label and value: key, fingerprint in words and hex, split. A value may have several lines.
    pub facts: Vec<(String, String)>,
    /// What did not go as the script says; printed before everything else.
    pub exceptions: Vec<String>,
    /// The steps in the order in which they were done.
    pub steps: Vec<MinutesStep>,
    /// The log's checkpoint after the ceremony, as text; empty where there is none.
    pub log_head: &'a str,
    /// Name, version and digest of the program.
    pub program: &'a str,
}

/// Somebody present, and in which role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name as it is signed.
    pub name: String,
    /// The role in this ceremony.
    pub role: String,
}

/// One step that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MinutesStep {
    /// When it ended.
    pub at: Timestamp,
    /// The act that it belongs to.
    pub act: String,
    /// What was to be done.
    pub title: String,
    /// Who did it.
    pub actor: String,
    /// What came of it.
    pub result: String,
}

impl Minutes<'_> {
    /// Renders the minutes as PDF.
    ///
    /// # Errors
    ///
    /// The checkpoint does not fit into a code.
    pub fn render(&self) -> Result<Vec<u8>, PaperError> {
        let mut flow = Flow::new(Masthead {
            environment: Some(self.environment),
            kind: "minutes",
            object: format!("ceremony {}", self.ceremony),
            log_head: head_line(self.log_head),
        })?;
        flow.title("MINUTES OF A KEY CEREMONY", self.title);
        flow.facts(&self.frame());
        exceptions(&mut flow, &self.exceptions);
        if !self.facts.is_empty() {
            flow.heading("What was made and changed", BODY.leading * 3.0);
            flow.facts(&self.facts);
        }
        people(&mut flow, &self.people);
        self.steps(&mut flow);
        let object = format!("ceremony {}", self.ceremony);
        log_head(&mut flow, &object, self.log_head)?;
        let agreement = "I was present. I agree that these minutes are true and complete, or I do \
                         not agree and have written my reason below.";
        signatures(&mut flow, &self.people, agreement);
        flow.finish(self.ended, format!("Minutes: {}", self.title))
    }

    fn frame(&self) -> Vec<(String, String)> {
        let fact = |label: &str, value: String| (label.to_owned(), value);
        vec![
            fact("Environment", self.environment.to_string()),
            fact("Place", self.place.to_owned()),
            fact("Began", self.started.to_words()),
            fact("Ended", self.ended.to_words()),
            fact("Ceremony", self.ceremony.to_string()),
            fact("Program", self.program.to_owned()),
        ]
    }

    fn steps(&self, flow: &mut Flow) {
        flow.heading("Steps", BODY.leading * 4.0);
        let columns = [
            Column::exact("Time (UTC)", 0.9),
            Column::new("Act", 1.0),
            Column::new("Step", 2.6),
            Column::new("By", 1.2),
            Column::new("Result", 1.7),
        ];
        let days = self.steps.iter().any(|step| day(step.at) != day(self.started));
        let row = |step: &MinutesStep| {
            let at = if days { step.at.to_string() } else { time_of_day(step.at) };
            let at = at.replace('T', " ").replace('Z', "");
            vec![at, step.act.clone(), step.title.clone(), step.actor.clone(), step.result.clone()]
        };
        let rows: Vec<_> = self.steps.iter().map(row).collect();
        flow.table(&columns, &rows);
    }
}

/// Who was there, and in which roles.
pub(crate) fn people(flow: &mut Flow, people: &[Person]) {
    flow.heading("People present", BODY.leading * 4.0);
    let rows: Vec<_> = people.iter().map(|p| vec![p.name.clone(), p.role.clone()]).collect();
    flow.table(&[Column::new("Name", 1.0), Column::new("Role", 1.0)], &rows);
}

/// A place to sign for each of the people, and one for a reason not to.
pub(crate) fn signatures(flow: &mut Flow, people: &[Person], agreement: &str) {
    flow.heading("Signatures", 100.0);
    flow.paragraph(agreement);
    flow.gap(6.0);
    for (left, person) in (0..people.len()).rev().zip(people) {
        if left == 0 {
            flow.need(130.0);
        }
        flow.agreement(&person.name, &person.role);
    }
    flow.fields(&[("reason for not agreeing", 1.0)]);
    flow.fields(&[("", 1.0)]);
}

/// What did not go as planned, before everything else (paper-1 P8).
pub(crate) fn exceptions(flow: &mut Flow, exceptions: &[String]) {
    flow.heading("Exceptions", BODY.leading * 2.0);
    if exceptions.is_empty() {
        flow.text(BODY, "None was recorded.");
    }
    let says = match exceptions.len() {
        0 => return,
        1 => "1 exception was recorded.".to_owned(),
        count => format!("{count} exceptions were recorded."),
    };
    flow.text(STRONG.in_ink(DANGER), &says);
    flow.gap(3.0);
    for (number, text) in (1..).zip(exceptions) {
        flow.item(&number.to_string(), text);
    }
}

/// The checkpoint as text and, with the object's name before it, as code (paper-1 P9).
pub(crate) fn log_head(flow: &mut Flow, object: &str, checkpoint: &str) -> Result<(), PaperError> {
    const SIDE: f32 = 112.0;
    if checkpoint.is_empty() {
        return Ok(());
    }
    let code = Code::new(&head_code(object, checkpoint))?;
    flow.heading("Head of the log", SIDE + 12.0);
    let (left, width) = (flow.left, flow.width);
    let (page, top) = (flow.page_count(), flow.y);
    let used = code.draw(flow, left + width - SIDE, top, SIDE, "");
    flow.column(left, width - SIDE - 18.0, |flow| {
        flow.paragraph(
            "Whoever keeps this page can prove later whether the log was changed or cut before \
             this point.",
        );
        flow.text(MONO_SMALL, checkpoint.trim_end());
    });
    if flow.page_count() == page {
        flow.y = flow.y.max(top + used);
    }
    Ok(())
}

/// The text of the code: what the document is about, an empty line, the checkpoint.
pub(crate) fn head_code(object: &str, checkpoint: &str) -> String {
    format!("{object}\n\n{checkpoint}")
}

/// Origin, size and root hash of a checkpoint on one line.
pub(crate) fn head_line(checkpoint: &str) -> String {
    checkpoint.lines().take(3).collect::<Vec<_>>().join("  ·  ")
}

fn day(at: Timestamp) -> u64 {
    at.unix() / 86_400
}

fn time_of_day(at: Timestamp) -> String {
    at.to_string().get(11..19).unwrap_or_default().to_owned()
}
