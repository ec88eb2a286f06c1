//! Who answers while a ceremony is conducted: people at the terminal, or in a drill a file.

use std::path::{Path, PathBuf};

use ceremony::answers::{Answers, EnrolmentHolder, ShownBy};
use ceremony::{CeremonyError, Pending, Runner, StepKind};
use engine::conduct::{ConductError, Decision, PinQuestion, PrintJob, Room, RoomError, TypedPin};
use engine::machine::Finding;
use engine::observer::Observer;
use engine::plan::Plan;
use secret::SecretText;
use terms::{Environment, Fingerprint, KeyName, Problem as _};
use token::{Counting, LastTry, PinState, Serial, Touch};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;
use crate::progress::Watch;
use crate::prompt::Terminal;
use crate::shares::offered;

/// Answers that nobody is asked for, or people at a terminal.
pub(crate) enum Speaker {
    /// A file answers everything; drill vaults only.
    File(Box<Answers>),
    /// People answer; a file only names them.
    People(Terminal),
}

/// The room of a ceremony on the command line.
pub(crate) struct TerminalRoom<'a> {
    speaker: Speaker,
    context: &'a Context,
    watch: Watch,
}

impl<'a> TerminalRoom<'a> {
    /// Takes answers; they may hold PINs in a drill vault only, and only there nobody is asked.
    pub(crate) fn enter(
        answers: &Answers,
        alone: bool,
        environment: Environment,
        context: &'a Context,
    ) -> Result<Self, Failure> {
        let watch = Watch::new("restoring", context);
        if alone && environment.is_drill() {
            return Ok(Self { speaker: Speaker::File(Box::new(answers.clone())), context, watch });
        }
        if (alone || answers.hold_secrets()) && !environment.is_drill() {
            let problem =
                format!("answers, PINs, shares and dice from a file are refused in {environment}");
            let remedy = "Name the people with --roster FILE and nothing that is theirs alone; \
                          they will be asked.";
            return Err(Failure::new(Exit::Refused, "SR-CLI-ANSWERS", problem, remedy));
        }
        let terminal = Terminal::open().map_err(|_| {
            let problem = "this needs a terminal: people are asked step by step";
            let remedy = "Run it in a terminal. In a drill vault, --answers FILE asks nobody.";
            Failure::new(Exit::Usage, "SR-CLI-NO-TERMINAL", problem, remedy)
        })?;
        Ok(Self { speaker: Speaker::People(terminal), context, watch })
    }

    fn say(&mut self, text: &str) -> Result<(), RoomError> {
        match &mut self.speaker {
            Speaker::People(terminal) => Ok(terminal.say(text)?),
            Speaker::File(_) => Ok(()),
        }
    }
}

impl Room for TerminalRoom<'_> {
    fn present(&mut self, pending: &Pending<'_>, _: &Runner) -> Result<(), RoomError> {
        let Speaker::People(terminal) = &mut self.speaker else { return Ok(()) };
        let (done, all) = pending.progress;
        let whom = pending.subject.map(|name| format!(" ({name})")).unwrap_or_default();
        let title = format!("{}: {}{whom}", pending.act, pending.step.title);
        terminal.say(&format!("\n{}/{all}  {title}", done + 1))?;
        if let Some(say) = &pending.step.say {
            terminal.say(&format!("  say: \u{201c}{}\u{201d}", say.trim()))?;
        }
        Ok(terminal.say(&format!("  {}: {}", pending.actor, pending.step.task.trim()))?)
    }

    fn types_at_once(&self) -> bool {
        matches!(self.speaker, Speaker::People(_))
    }

    fn confirm(&mut self, pending: &Pending<'_>, _: &Runner) -> Result<Decision, RoomError> {
        let Speaker::People(terminal) = &mut self.speaker else { return Ok(Decision::Done) };
        let confirmers = pending.confirmers.join(", ");
        let question = if pending.step.kind == StepKind::Sign {
            "  Do you agree? no asks why not.".to_owned()
        } else if confirmers.is_empty() {
            "  Done?".to_owned()
        } else {
            format!("  Done, and does {confirmers} confirm?")
        };
        loop {
            let answer = terminal.ask(&format!("{question} Type yes, or stop:"))?;
            match answer.to_ascii_lowercase().as_str() {
                "yes" => return Ok(Decision::Done),
                "stop" => return stopped(terminal),
                "pause" => return rested(terminal),
                "no" if pending.step.kind == StepKind::Sign => {
                    let reason = filled(terminal, "  What do you not agree with, and why?")?;
                    return Ok(Decision::Disagree { reason });
                }
                _ if pending.step.kind == StepKind::Sign => {
                    terminal.say("  yes agrees; no does not, and says why; stop gives up.")?;
                }
                _ => terminal.say(
                    "  yes goes on; stop notes an exception or gives up; pause lets it rest.",
                )?,
            }
        }
    }

    fn pin(&mut self, question: &PinQuestion<'_>) -> Result<TypedPin, RoomError> {
        match &mut self.speaker {
            Speaker::People(terminal) => typed_pin(terminal, question),
            Speaker::File(answers) => {
                let what = format!("the PIN of {}", question.holder);
                let pin = answers.pin_of(question.holder).map(SecretText::from_exposed);
                let text = pin.ok_or(RoomError::Unanswered { what })?;
                // No file says yes in place of the person who holds the token (envelope-1 E11).
                Ok(TypedPin { text, last_try: LastTry::Keep })
            }
        }
    }

    fn show_token(&mut self, serial: Serial, pin: &PinState) -> Result<(), RoomError> {
        match &mut self.speaker {
            Speaker::People(terminal) => told_of_token(terminal, serial, pin),
            Speaker::File(_) => Ok(()),
        }
    }

    fn puk(&mut self, question: &PinQuestion<'_>) -> Result<Option<SecretText>, RoomError> {
        match &mut self.speaker {
            Speaker::People(terminal) => chosen_puk(terminal, question),
            Speaker::File(answers) => {
                let puk = enrolled(answers, question.holder).and_then(|e| e.puk.clone());
                Ok(puk.map(SecretText::take))
            }
        }
    }

    fn words(&mut self, holder: &str) -> Result<Option<SecretText>, RoomError> {
        match &mut self.speaker {
            Speaker::People(terminal) => {
                let title = format!("Sheet of {holder}; an empty line stops");
                asked_words(terminal, &title)
            }
            Speaker::File(answers) => {
                let approvers = answers.request.iter().flat_map(|request| &request.approvers);
                let named = approvers.clone().find(|approver| approver.name == holder);
                let of_shown = shown_by(answers, holder).and_then(|shown| shown.share.as_ref());
                let file = named.and_then(|approver| approver.share.as_ref()).or(of_shown);
                read_words(holder, file.map(String::as_str))
            }
        }
    }

    fn old_words(&mut self, holder: &str) -> Result<Option<SecretText>, RoomError> {
        match &mut self.speaker {
            Speaker::People(terminal) => {
                let title = format!("OLD sheet of {holder}; an empty line stops");
                asked_words(terminal, &title)
            }
            Speaker::File(answers) => {
                let mut bearers = answers.refresh.iter().flat_map(|refresh| &refresh.bearers);
                let own = bearers.find(|bearer| bearer.name == holder);
                read_words(holder, own.and_then(|bearer| bearer.share.as_deref()))
            }
        }
    }

    fn dice(&mut self) -> Result<SecretText, RoomError> {
        match &mut self.speaker {
            Speaker::People(terminal) => Ok(terminal.ask_words("Dice", "Every roll, 1 to 6:")?),
            Speaker::File(answers) => {
                let what = "the dice".to_owned();
                let rolls = answers.dice.clone().map(SecretText::take);
                rolls.ok_or(RoomError::Unanswered { what })
            }
        }
    }

    fn failed(&mut self, _: &Pending<'_>, error: &ConductError) -> Result<bool, RoomError> {
        let Speaker::People(terminal) = &mut self.speaker else { return Ok(false) };
        terminal.say(&format!("  {error} [{}]\n  {}", error.code(), error.remedy()))?;
        Ok(terminal.yes_or_no("  Try the step again? yes does, no gives the ceremony up:")?)
    }

    fn unproved(&mut self, _: &Pending<'_>, error: &ConductError) -> Result<bool, RoomError> {
        let Speaker::People(terminal) = &mut self.speaker else { return Ok(false) };
        terminal.say(&format!("  {error} [{}]\n  {}", error.code(), error.remedy()))?;
        let question = "  Try it again? yes does, no writes down that it was not proved:";
        Ok(terminal.yes_or_no(question)?)
    }

    fn refused(&mut self, error: &CeremonyError) -> Result<(), RoomError> {
        self.say(&format!("  {error} [{}]\n  {}", error.code(), error.remedy()))
    }

    fn show_facts(&mut self, facts: &[(String, String)]) -> Result<(), RoomError> {
        facts.iter().try_for_each(|(label, value)| self.say(&format!("  {label:<14} {value}")))
    }

    fn goes_on(&mut self) -> Result<Option<(String, u32)>, RoomError> {
        let Speaker::People(terminal) = &mut self.speaker else { return Ok(None) };
        terminal.ask("The ceremony rests. Press Enter to go on:")?;
        let seals = filled(terminal, "  Compare every seal. What do they look like?")?;
        let heads = counted(terminal, "  How many people are back?")?;
        Ok(Some((seals, heads)))
    }

    fn touch(&mut self, holder: &str, touch: Touch) {
        if let Touch::Needed { serial } = touch {
            // Whoever does not see the line sees the token blink.
            let _ = self.say(&format!("  {holder}: touch token {serial} now"));
        }
    }

    fn print(&mut self, sheet: &PrintJob<'_>) -> Result<(), RoomError> {
        let Speaker::People(terminal) = &mut self.speaker else { return Ok(()) };
        let (holder, file) = (sheet.holder, sheet.file.display());
        terminal.say(&format!("  The sheet of {holder} is the file {file}"))?;
        if !sheet.stays {
            terminal.say("  It is removed as soon as the sheet is proved; print it now.")?;
        }
        loop {
            let question = format!("  Does {holder} hold the paper? Type yes, or no:");
            match terminal.ask(&question)?.to_ascii_lowercase().as_str() {
                "yes" => return Ok(()),
                "no" => return Err(RoomError::Cancelled),
                _ => {
                    terminal.say("  yes goes on; no removes the file, to try again or give up.")?
                }
            }
        }
    }

    fn show_plan(&mut self, plan: &Plan) -> Result<(), RoomError> {
        let facts = crate::plan::facts(plan);
        match &mut self.speaker {
            // Whatever becomes of the program's output, the people see what they approve.
            Speaker::People(terminal) => {
                terminal.say("")?;
                for (label, value) in facts {
                    terminal.say(&format!("  {label:<14} {value}"))?;
                }
            }
            Speaker::File(_) if self.context.json => {}
            Speaker::File(_) => facts.iter().for_each(|(label, value)| output::field(label, value)),
        }
        Ok(())
    }

    fn show_machine(&mut self, findings: &[Finding]) -> Result<(), RoomError> {
        for finding in findings {
            let mark = if finding.is_good { "good" } else { "LOOK" };
            self.say(&format!("    {mark}  {finding}"))?;
            if !finding.is_good {
                self.say(&format!("          {}", finding.remedy))?;
            }
        }
        if findings.iter().all(|finding| finding.is_good) {
            return Ok(());
        }
        self.say("  What is marked LOOK goes into the minutes as an exception, if you go on so.")?;
        self.say("  Put it right, then type stop and note it: the machine is looked at again.")
    }

    fn show_fingerprint(&mut self, key: KeyName, of: &Fingerprint) -> Result<(), RoomError> {
        self.say(&format!("  {key}  {}", of.to_words()))?;
        self.say(&format!("  {:1$}  {of}", "", key.to_string().len()))
    }

    fn show_paper(&mut self, kind: &'static str, path: &Path) -> Result<(), RoomError> {
        match &mut self.speaker {
            Speaker::People(terminal) => terminal.say(&format!("  {kind}: {}", path.display()))?,
            // Minutes stand in the summary of a genesis.
            Speaker::File(_) if kind == "evidence" && !self.context.json => {
                output::field(kind, path.display());
            }
            Speaker::File(_) => (),
        }
        Ok(())
    }

    fn observer(&self) -> &dyn Observer {
        &self.watch
    }
}

/// Says what must be known of a token before its PIN is typed (envelope-1 E17, E18).
pub(crate) fn told_of_token(
    terminal: &mut Terminal,
    serial: Serial,
    pin: &PinState,
) -> Result<(), RoomError> {
    if let Some(remark) = serial.assurance().remark() {
        terminal.say(&format!("  Token {serial} is {remark}."))?;
    }
    if let Counting::Flags { after_wrong } = pin.counting {
        terminal.say("  It counts tries of its PIN, and does not say how many are left.")?;
        if after_wrong {
            terminal.say("  A wrong PIN was entered since it last took the right one.")?;
        }
    }
    Ok(())
}

/// Asks for a PIN, with the tries that are left.
pub(crate) fn typed_pin(
    terminal: &mut Terminal,
    question: &PinQuestion<'_>,
) -> Result<TypedPin, RoomError> {
    let tries = match question.tries_left {
        // The fewest, where the token does not count to the number.
        Some(tries @ 2..) if question.serial.is_of_pkcs11() => {
            format!(", at least {tries} tries left")
        }
        Some(tries) => format!(", {tries} tries left"),
        None => ": choose a new PIN of 6 to 8 characters".to_owned(),
    };
    let title = format!("Token {} of {}{tries}", question.serial, question.holder);
    let last_try = last_try(terminal, question)?;
    Ok(TypedPin { text: terminal.ask_pin(&title)?, last_try })
}

/// Asks for a PUK, twice: nobody notices a mistyped one before the day on which it is needed.
fn chosen_puk(
    terminal: &mut Terminal,
    question: &PinQuestion<'_>,
) -> Result<Option<SecretText>, RoomError> {
    let PinQuestion { holder, serial, .. } = question;
    let title = format!(
        "Token {serial} of {holder}: choose a PUK of 6 to 8 characters, which unblocks the PIN;\n\
         an empty line has one drawn and forgotten"
    );
    loop {
        let puk = terminal.ask_words(&title, "PUK:")?;
        if puk.is_empty() {
            return Ok(None);
        }
        if terminal.ask_words("Once more", "PUK again:")? == puk {
            return Ok(Some(puk));
        }
        terminal.say("  These were not the same.")?;
    }
}

/// Asks whoever holds the token about its last try, before any PIN is typed (envelope-1 E11).
fn last_try(terminal: &mut Terminal, question: &PinQuestion<'_>) -> Result<LastTry, RoomError> {
    if question.tries_left != Some(1) {
        return Ok(LastTry::Keep);
    }
    let PinQuestion { holder, serial, .. } = question;
    terminal.say(&format!("  Token {serial} of {holder} has one try left."))?;
    terminal.say("  A wrong PIN blocks it for good; its share is then on the sheet only.")?;
    let question = format!("  Does {holder} want to use the last try? Type yes to agree, or no:");
    if terminal.yes_or_no(&question)? { Ok(LastTry::Use) } else { Err(RoomError::Cancelled) }
}

/// Somebody said pause: everything secret is put away first.
fn rested(terminal: &mut Terminal) -> Result<Decision, RoomError> {
    terminal.say("  Put everything secret into bags, and write their numbers down.")?;
    let secrets = filled(terminal, "  Where is everything secret now, under which seals?")?;
    let heads = counted(terminal, "  How many people leave the room?")?;
    Ok(Decision::Rest { secrets, heads })
}

/// Asks until a number is typed.
fn counted(terminal: &mut Terminal, question: &str) -> Result<u32, RoomError> {
    loop {
        match terminal.ask(question)?.parse() {
            Ok(heads) => return Ok(heads),
            Err(_) => terminal.say("  Please type a number.")?,
        }
    }
}

/// Somebody said stop: an exception is noted, or the ceremony is given up.
fn stopped(terminal: &mut Terminal) -> Result<Decision, RoomError> {
    terminal.say("  Write down what happened; the minutes begin with it.")?;
    let expected = filled(terminal, "  What was expected?")?;
    let happened = filled(terminal, "  What happened?")?;
    if !terminal.yes_or_no("  Can the ceremony go on? no gives it up. Type yes to agree:")? {
        return Ok(Decision::GiveUp {
            reason: format!("expected: {expected}; happened: {happened}"),
        });
    }
    let decided = filled(terminal, "  What was decided?")?;
    let by = filled(terminal, "  Who decided it? The name, as in the roster:")?;
    let countersigned = filled(terminal, "  Who countersigns? Somebody else:")?;
    Ok(Decision::Deviation { expected, happened, decided, by, countersigned })
}

/// Asks until there is an answer: a blank one would stand in the minutes for ever.
fn filled(terminal: &mut Terminal, question: &str) -> Result<String, RoomError> {
    loop {
        let answer = terminal.ask(question)?;
        if !answer.is_empty() {
            return Ok(answer);
        }
        terminal.say("  Please write a few words; this goes into the minutes.")?;
    }
}

/// Asks for the words of a sheet.
fn asked_words(terminal: &mut Terminal, title: &str) -> Result<Option<SecretText>, RoomError> {
    let words = terminal.ask_words(title, "The 33 words, typed from the sheet:")?;
    if words.is_empty() { Err(RoomError::Cancelled) } else { Ok(Some(words)) }
}

/// Reads the words of a holder from the file that the answers name, if they name one.
fn read_words(holder: &str, file: Option<&str>) -> Result<Option<SecretText>, RoomError> {
    let Some(file) = file else { return Ok(None) };
    let what = || RoomError::Unanswered { what: format!("the words of {holder}") };
    let share = offered(&PathBuf::from(file)).map_err(|_| what())?;
    share.words().map(|words| Some(words.to_text())).map_err(|_| what())
}

/// What the answers say for somebody who gets a token.
fn enrolled<'a>(answers: &'a Answers, name: &str) -> Option<&'a EnrolmentHolder> {
    let mut holders = answers.enrolment.iter().flat_map(|enrolment| &enrolment.holders);
    holders.find(|holder| holder.name == name)
}

/// What the answers say for somebody who proves a share.
fn shown_by<'a>(answers: &'a Answers, name: &str) -> Option<&'a ShownBy> {
    let mut holders = answers.health.iter().flat_map(|health| &health.holders);
    holders.find(|holder| holder.name == name)
}
