//! What the journal of a run says to people.

use super::Runner;
use crate::journal::{Event, JournalLine};
use crate::record::{CeremonyRecord, RecordedStep};
use crate::script::StepKind;

impl Runner {
    /// What happened so far, for the minutes.
    pub fn record(&self) -> CeremonyRecord {
        let mut record = CeremonyRecord {
            title: format!("{}, version {}", self.script.title, self.script.version),
            people: self.roster.people.clone(),
            started: self.journal.first().map(|line| line.at),
            ended: self.journal.last().map(|line| line.at),
            steps: Vec::new(),
            exceptions: Vec::new(),
            facts: Vec::new(),
        };
        let mut copies = Vec::new();
        for line in &self.journal {
            self.tell(line, &mut record);
            self.void(&line.event, &mut copies, &mut record);
        }
        record
    }

    /// Names the copies of shares that an interruption or an end before its time makes void, so
    /// that people destroy them (script-1 C11).
    fn void(&self, event: &Event, copies: &mut Vec<String>, record: &mut CeremonyRecord) {
        match event {
            // A step that failed may have left a copy as well.
            Event::Done { step, subject, .. } | Event::Failed { step, subject, .. } => {
                let found = self.script.steps().find(|(_, found)| found.id == *step);
                let subject = subject.as_deref().unwrap_or_default();
                match found.map(|(_, found)| found.kind) {
                    Some(StepKind::SealShare) => copies.push(format!("envelope of {subject}")),
                    Some(StepKind::PrintSheet) => copies.push(format!("sheet of {subject}")),
                    Some(StepKind::MakeEffective) if matches!(event, Event::Done { .. }) => {
                        copies.clear();
                    }
                    _ => (),
                }
            }
            Event::Interrupted { back_to: Some(_) } | Event::Aborted { .. } => {
                copies.dedup();
                if !copies.is_empty() {
                    let text = format!("void, to be destroyed: {}", copies.join(", "));
                    record.exceptions.push(text);
                }
                copies.clear();
            }
            _ => (),
        }
    }

    fn tell(&self, line: &JournalLine, record: &mut CeremonyRecord) {
        let (step, subject, result) = match &line.event {
            Event::Done { step, subject, facts } => {
                record.facts.extend(facts.iter().cloned());
                (step, subject, "done".to_owned())
            }
            Event::Failed { step, subject, code } => (step, subject, format!("failed: {code}")),
            Event::Exception { expected, happened, decided, by } => {
                let text = format!("expected: {expected}; happened: {happened}; {by}: {decided}");
                return record.exceptions.push(text);
            }
            Event::Interrupted { back_to } => {
                let back = back_to.as_deref().unwrap_or("where it was");
                let text = format!("the program was interrupted; the run went back to {back}");
                return record.exceptions.push(text);
            }
            Event::Aborted { reason } => {
                return record.exceptions.push(format!("given up: {reason}"));
            }
            Event::Deviation { step, expected, happened, decided, by, countersigned, .. } => {
                let title = self.script.steps().find(|(_, found)| found.id == *step);
                let title = title.map_or(step.as_str(), |(_, found)| &found.title);
                let text = format!(
                    "{title}: expected: {expected}; happened: {happened}; decided by {by}, \
                     countersigned by {countersigned}: {decided}"
                );
                return record.exceptions.push(text);
            }
            Event::Rests { secrets, heads } => {
                let text = format!(
                    "the ceremony rested at {}; {heads} people left; what is secret: {secrets}",
                    line.at
                );
                return record.exceptions.push(text);
            }
            Event::GoesOn { seals, heads } => {
                let text = format!(
                    "the ceremony went on at {}; {heads} people were back; seals: {seals}",
                    line.at
                );
                return record.exceptions.push(text);
            }
            Event::Disagreed { step, subject, reason } => {
                let who = subject.as_deref().unwrap_or_default();
                record.exceptions.push(format!("{who} does not agree: {reason}"));
                (step, subject, "does not agree".to_owned())
            }
            Event::Paused | Event::Resumed => return,
        };
        let Some((act, found)) = self.script.steps().find(|(_, found)| found.id == *step) else {
            return;
        };
        let title = match subject {
            Some(subject) => format!("{} ({subject})", found.title),
            None => found.title.clone(),
        };
        let actor = self.roster.actor(found, subject.as_deref()).to_owned();
        let act = act.title.clone();
        if let Event::Failed { code, .. } = &line.event {
            record.exceptions.push(format!("failed attempt: {title}, by {actor}: {code}"));
        }
        record.steps.push(RecordedStep { at: line.at, act, title, actor, result });
    }
}
