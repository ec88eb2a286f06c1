//! From a run to the fields of its transcript, and back to what can be run again.

use ceremony::{Event, Holder, JournalLine, Person, Roster, Runner};
use terms::hex::digits;

/// What a transcript says besides the run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About<'a> {
    pub(crate) ceremony: &'a str,
    pub(crate) environment: &'a str,
    pub(crate) place: &'a str,
    pub(crate) program: &'a str,
}

/// Every field of a run, in order (transcript-1 R2).
pub(crate) fn fields(runner: &Runner, about: About<'_>) -> Vec<(String, String)> {
    let mut fields = Fields(Vec::new());
    fields.put("ceremony", about.ceremony);
    fields.put("environment", about.environment);
    fields.put("place", about.place);
    fields.put("program", about.program);
    fields.put("script", runner.script().text());
    fields.put("script/digest", &runner.script().digest().to_string());
    let roster = runner.roster();
    for (number, person) in roster.people.iter().enumerate() {
        fields.put(&format!("people/{number}/name"), &person.name);
        fields.put(&format!("people/{number}/role"), &person.role);
    }
    for (number, holder) in roster.holders.iter().enumerate() {
        fields.put(&format!("holders/{number}/name"), &holder.name);
        fields.put(&format!("holders/{number}/token"), yes_or_no(holder.token));
        fields.put(&format!("holders/{number}/sheet"), yes_or_no(holder.sheet));
    }
    fields.put("dice", yes_or_no(roster.dice));
    runner.journal().iter().for_each(|line| fields.line(line));
    fields.0
}

fn yes_or_no(answer: bool) -> &'static str {
    if answer { "yes" } else { "no" }
}

struct Fields(Vec<(String, String)>);

impl Fields {
    fn put(&mut self, path: &str, value: &str) {
        self.0.push((path.to_owned(), value.to_owned()));
    }

    /// The fields of a line of the journal (transcript-1 R3).
    fn line(&mut self, line: &JournalLine) {
        let number = line.number;
        self.put(&format!("line/{number}"), &digits(&terms::encode(line)));
        let mut put = |name: &str, value: &str| self.put(&format!("line/{number}/{name}"), value);
        put("at", &line.at.to_string());
        put("event", name_of(&line.event));
        match &line.event {
            Event::Done { step, subject, facts } => {
                put("step", step);
                subject.iter().for_each(|subject| put("subject", subject));
                for (at, (label, value)) in facts.iter().enumerate() {
                    put(&format!("fact/{at}/label"), label);
                    put(&format!("fact/{at}/value"), value);
                }
            }
            Event::Failed { step, subject, code } => {
                put("step", step);
                subject.iter().for_each(|subject| put("subject", subject));
                put("code", code);
            }
            Event::Exception { expected, happened, decided, by } => {
                put("expected", expected);
                put("happened", happened);
                put("decided", decided);
                put("by", by);
            }
            Event::Deviation { step, subject, expected, happened, decided, by, countersigned } => {
                put("step", step);
                subject.iter().for_each(|subject| put("subject", subject));
                put("expected", expected);
                put("happened", happened);
                put("decided", decided);
                put("by", by);
                put("countersigned", countersigned);
            }
            Event::Rests { secrets, heads } => {
                put("secrets", secrets);
                put("heads", &heads.to_string());
            }
            Event::GoesOn { seals, heads } => {
                put("seals", seals);
                put("heads", &heads.to_string());
            }
            Event::Disagreed { step, subject, reason } => {
                put("step", step);
                subject.iter().for_each(|subject| put("subject", subject));
                put("reason", reason);
            }
            Event::Aborted { reason } => put("reason", reason),
            Event::Interrupted { back_to } => {
                back_to.iter().for_each(|step| put("back-to", step));
            }
            Event::Paused | Event::Resumed => (),
        }
    }
}

fn name_of(event: &Event) -> &'static str {
    match event {
        Event::Done { .. } => "done",
        Event::Failed { .. } => "failed",
        Event::Exception { .. } => "exception",
        Event::Paused => "paused",
        Event::Resumed => "resumed",
        Event::Aborted { .. } => "aborted",
        Event::Interrupted { .. } => "interrupted",
        Event::Deviation { .. } => "deviation",
        Event::Rests { .. } => "rests",
        Event::GoesOn { .. } => "goes-on",
        Event::Disagreed { .. } => "disagreed",
    }
}

/// The roster that fields tell of; `value` gives a field by its path.
pub(super) fn roster_of<'a>(value: impl Fn(&str) -> Option<&'a str>) -> Roster {
    let is_yes = |path: &str| value(path) == Some("yes");
    let mut roster = Roster { dice: is_yes("dice"), ..Roster::default() };
    for number in 0.. {
        let part = |name: &str| value(&format!("people/{number}/{name}")).map(str::to_owned);
        let Some((name, role)) = part("name").zip(part("role")) else { break };
        roster.people.push(Person { name, role });
    }
    for number in 0.. {
        let path = |name: &str| format!("holders/{number}/{name}");
        let Some(name) = value(&path("name")) else { break };
        let (token, sheet) = (is_yes(&path("token")), is_yes(&path("sheet")));
        roster.holders.push(Holder { name: name.to_owned(), token, sheet });
    }
    roster
}
