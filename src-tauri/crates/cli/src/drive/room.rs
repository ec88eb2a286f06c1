//! Who answers: the people at the terminal, or in a drill vault a file.

use ceremony::Pending;
use ceremony::answers::{Answers, HolderAnswers};
use secret::SecretText;
use terms::Environment;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::prompt::Terminal;

/// Where answers come from.
pub(crate) enum Room {
    /// A file answers everything; drill vaults only.
    Answered(Answers),
    /// People answer; the file only names them.
    People(Answers, Terminal),
}

impl Room {
    /// Takes answers; they may hold PINs in a drill vault only, and only there nobody is asked.
    pub(crate) fn enter(
        answers: Answers,
        alone: bool,
        environment: Environment,
    ) -> Result<Self, Failure> {
        if alone && environment.is_drill() {
            return Ok(Self::Answered(answers));
        }
        let asked = holders(&answers).any(|holder| holder.pin.is_some()) || alone;
        if asked && !environment.is_drill() {
            let problem = format!("answers and PINs from a file are refused in {environment}");
            let remedy = "Name the people with --roster FILE, without PINs; they will be asked.";
            return Err(Failure::new(Exit::Refused, "SR-CLI-ANSWERS", problem, remedy));
        }
        Ok(Self::People(answers, Terminal::open()?))
    }

    pub(crate) fn answers(&self) -> &Answers {
        match self {
            Self::Answered(answers) | Self::People(answers, _) => answers,
        }
    }

    /// Reads a step aloud and waits until somebody says that it is done.
    pub(crate) fn confirm(&mut self, pending: &Pending<'_>) -> Result<(), Failure> {
        let Self::People(_, terminal) = self else { return Ok(()) };
        let (done, all) = pending.progress;
        let whom = pending.subject.map(|name| format!(" ({name})")).unwrap_or_default();
        terminal.say(&format!(
            "\n{}/{all}  {}: {}{whom}",
            done + 1,
            pending.act,
            pending.step.title
        ))?;
        if let Some(say) = &pending.step.say {
            terminal.say(&format!("  say: \u{201c}{}\u{201d}", say.trim()))?;
        }
        terminal.say(&format!("  {}: {}", pending.actor, pending.step.task.trim()))?;
        let confirmers = pending.confirmers.join(", ");
        let question = if confirmers.is_empty() {
            "  Done?".to_owned()
        } else {
            format!("  Done, and does {confirmers} confirm?")
        };
        if terminal.confirm(&question)? {
            return Ok(());
        }
        let (problem, remedy) =
            ("a step was not confirmed", "Begin again when everybody is ready.");
        Err(Failure::new(Exit::Refused, "SR-CLI-NOT-CONFIRMED", problem, remedy))
    }

    /// The PIN of somebody's token.
    pub(crate) fn pin(&mut self, holder: &str) -> Result<SecretText, Failure> {
        match self {
            Self::People(_, terminal) => {
                let title = format!("Token of {holder}");
                Ok(terminal.ask_pin(&title)?)
            }
            Self::Answered(answers) => {
                let of_holder =
                    holders(answers).find(|h| h.name == holder).and_then(|h| h.pin.clone());
                let approvers = answers.request.iter().flat_map(|request| &request.approvers);
                let of_approver =
                    approvers.clone().find(|a| a.name == holder).and_then(|a| a.pin.clone());
                let pin = of_holder.or(of_approver).map(SecretText::take);
                pin.ok_or_else(|| unanswered(&format!("the PIN of {holder}")))
            }
        }
    }

    /// Words typed back from a sheet; none if nobody is asked.
    pub(crate) fn words(&mut self, holder: &str) -> Result<Option<SecretText>, Failure> {
        let Self::People(_, terminal) = self else { return Ok(None) };
        let title = format!("Sheet of {holder}");
        Ok(Some(terminal.ask_words(&title, "The 33 words, typed back from the sheet:")?))
    }

    /// Dice as they were rolled.
    pub(crate) fn dice(&mut self) -> Result<SecretText, Failure> {
        match self {
            Self::People(_, terminal) => Ok(terminal.ask_words("Dice", "Every roll, 1 to 6:")?),
            Self::Answered(answers) => {
                let rolls = answers.dice.clone().map(SecretText::take);
                rolls.ok_or_else(|| unanswered("the dice"))
            }
        }
    }
}

/// All holders that the answers name.
pub(crate) fn holders(answers: &Answers) -> impl Iterator<Item = &HolderAnswers> {
    answers.quorum.iter().flat_map(|quorum| &quorum.groups).flat_map(|group| &group.holders)
}

/// A question that the file does not answer.
pub(crate) fn unanswered(what: &str) -> Failure {
    let problem = format!("the file does not say {what}");
    let remedy = "Compare it with tests/answers/genesis.toml.";
    Failure::new(Exit::Usage, "SR-CLI-UNANSWERED", problem, remedy)
}
