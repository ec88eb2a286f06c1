//! The room behind the window: it shows, waits for the page's replies, and asks for secrets.

use std::collections::BTreeSet;
use std::io::{self, PipeReader};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use ceremony::{CeremonyError, JournalLine, Pending, Runner};
use engine::conduct::{
    ConductError, Decision, LastTry, PinQuestion, PrintJob, Room, RoomError, TypedPin,
};
use engine::media::NeededVolume;
use engine::observer::Observer;
use engine::plan::Plan;
use engine::preview::Previews;
use engine::restore::Survey;
use entry::Subject;
use secret::SecretText;
use terms::{Environment, Fingerprint, KeyName};
use token::{Counting, PinState, Serial, Touch};

use super::reply::{Decided, Reply};
use super::survey::SurveyShown;
use super::view::{FactShown, FingerprintShown, PlanShown};
use super::{Phase, Shared};
use crate::desk::lock;
use crate::ipc::refusal::Refusal;
use crate::secrets::{About, Secrets};

/// The people in front of the window.
pub(super) struct PageRoom {
    shared: Arc<Shared>,
    replies: Receiver<Reply>,
    secrets: Arc<dyn Secrets>,
    /// Whose tokens are taken out; a drill's tokens are in until somebody takes one out.
    out: BTreeSet<String>,
    /// The token whose PIN is asked for next, and what must be known of it before.
    token: Option<(Serial, String)>,
    /// Why what the people decided was not taken, until they are asked again.
    refused: Option<Refusal>,
    about: About,
}

impl PageRoom {
    pub(super) fn new(
        shared: Arc<Shared>,
        replies: Receiver<Reply>,
        secrets: Arc<dyn Secrets>,
        recall: PipeReader,
    ) -> Self {
        let environment = lock(&shared.view).environment.parse().unwrap_or(Environment::Drill);
        let (operation, recall) = ("Ceremony".to_owned(), Arc::new(recall));
        let about = About { operation, environment, subject: None, recall };
        Self { shared, replies, secrets, out: BTreeSet::new(), token: None, refused: None, about }
    }

    /// Waits in `phase` until a reply is one that `wanted` takes; tokens come and go meanwhile.
    fn wait<T>(
        &mut self,
        phase: Phase,
        waits_for: Option<&str>,
        wanted: impl Fn(&Self, Reply) -> Option<T>,
    ) -> Result<T, RoomError> {
        self.enter(phase, waits_for);
        loop {
            self.stay()?;
            let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
            let reply = self.replies.recv().map_err(gone)?;
            self.note(&reply);
            if let Some(answer) = wanted(self, reply) {
                return Ok(answer);
            }
        }
    }

    /// Goes on only while nobody has given the ceremony up.
    fn stay(&self) -> Result<(), RoomError> {
        self.shared.leaving().map_or(Ok(()), |reason| Err(RoomError::GivenUp { reason }))
    }

    /// Shows what is waited for.
    fn enter(&self, phase: Phase, waits_for: Option<&str>) {
        let waits_for = waits_for.map(str::to_owned);
        self.shared.change(|view| (view.phase, view.waits_for) = (phase, waits_for));
    }

    /// Takes note of a token that was put in or taken out.
    fn note(&mut self, reply: &Reply) {
        let Reply::Token { holder, is_in } = reply else { return };
        if *is_in {
            self.out.remove(holder);
        } else {
            self.out.insert(holder.clone());
        }
        self.shared.change(|view| {
            for person in view.people.iter_mut().filter(|person| person.name == *holder) {
                person.is_token_in = *is_in;
            }
        });
    }

    /// Waits until the token of `holder` is in, if it was taken out meanwhile.
    fn wait_for_token(&mut self, holder: &str) -> Result<(), RoomError> {
        while let Ok(reply) = self.replies.try_recv() {
            self.note(&reply);
        }
        if self.out.contains(holder) {
            let is_in = |room: &Self, _| (!room.out.contains(holder)).then_some(());
            self.wait(Phase::Token, Some(holder), is_in)?;
        }
        Ok(())
    }

    /// Shows what failed and waits until the people say whether to try again; `goes_on` says that
    /// the ceremony goes on if they do not.
    fn tries_again(&mut self, error: &ConductError, goes_on: bool) -> Result<bool, RoomError> {
        let problem = Some(Refusal::of(error));
        self.shared.change(|view| (view.problem, view.goes_on_without) = (problem, goes_on));
        let again = self.wait(Phase::Failed, None, |_, reply| match reply {
            Reply::Again { again } => Some(again),
            _ => None,
        });
        self.shared.change(|view| view.goes_on_without = false);
        self.shared.go_on();
        again
    }

    fn ask(
        &mut self,
        person: &str,
        ask: impl FnOnce(&dyn Secrets, &About) -> Result<SecretText, RoomError>,
    ) -> Result<SecretText, RoomError> {
        self.stay()?;
        self.enter(Phase::Entering, Some(person));
        let answer = ask(&*self.secrets, &self.about);
        self.enter(Phase::Working, None);
        // A window that was taken away has no answer, for a reason that the people gave.
        self.stay()?;
        answer
    }
}

impl Room for PageRoom {
    fn present(&mut self, pending: &Pending<'_>, runner: &Runner) -> Result<(), RoomError> {
        self.about.operation.clone_from(&pending.step.title);
        let refused = self.refused.take();
        self.shared.change(|view| {
            view.follow(runner);
            view.set_step(pending);
            view.problem = refused;
            view.facts.clear();
            view.forget_tokens();
        });
        Ok(())
    }

    fn confirm(&mut self, _: &Pending<'_>, _: &Runner) -> Result<Decision, RoomError> {
        let decided = self.wait(Phase::Deciding, None, |_, reply| match reply {
            Reply::Decide { decision } => decision.about_step(),
            _ => None,
        })?;
        self.refused = None;
        self.shared.change(|view| view.problem = None);
        self.enter(Phase::Working, None);
        Ok(decided)
    }

    fn pin(&mut self, question: &PinQuestion<'_>) -> Result<TypedPin, RoomError> {
        let holder = question.holder.to_owned();
        self.wait_for_token(&holder)?;
        let told = self.token.take().filter(|(serial, _)| *serial == question.serial);
        let told = told.map_or_else(|| format!("token {}", question.serial), |(_, told)| told);
        self.shared.change(|view| {
            for person in view.people.iter_mut().filter(|person| person.name == holder) {
                (person.token, person.is_token_in) = (Some(told.clone()), true);
            }
        });
        let text = self.ask(&holder, |secrets, about| secrets.pin(about, question))?;
        // The entry window gives the last try away only after a second yes (entry-1 E9); who was
        // not asked, because there were more tries then, has not said it.
        let was_asked = question.tries_left == Some(1);
        let last_try = if was_asked { LastTry::Use } else { LastTry::Keep };
        Ok(TypedPin { text, last_try })
    }

    /// Stands beside the holder's name from when the PIN is asked for (envelope-1 E17, E18).
    fn show_token(&mut self, serial: Serial, pin: &PinState) -> Result<(), RoomError> {
        let tries = match (pin.counting, pin.tries_left) {
            (Counting::Flags { after_wrong: true }, _) => {
                "a wrong PIN was entered since it last took the right one".to_owned()
            }
            (Counting::Flags { after_wrong: false }, _) => {
                "it does not say how many tries are left".to_owned()
            }
            (Counting::Exact, 1) => "ONE try left".to_owned(),
            (Counting::Exact, left) => format!("{left} tries left"),
        };
        self.token = Some((serial, format!("token {}, {tries}", serial.with_remark())));
        Ok(())
    }

    fn puk(&mut self, question: &PinQuestion<'_>) -> Result<Option<SecretText>, RoomError> {
        let puk = self.ask(question.holder, |secrets, about| secrets.puk(about, question))?;
        Ok((!puk.is_empty()).then_some(puk))
    }

    fn words(&mut self, holder: &str) -> Result<Option<SecretText>, RoomError> {
        let sheet = format!("Sheet of {holder}");
        self.ask(holder, |secrets, about| secrets.words(about, (holder, &sheet))).map(Some)
    }

    fn old_words(&mut self, holder: &str) -> Result<Option<SecretText>, RoomError> {
        let sheet = format!("OLD sheet of {holder}");
        self.ask(holder, |secrets, about| secrets.words(about, (holder, &sheet))).map(Some)
    }

    fn dice(&mut self) -> Result<SecretText, RoomError> {
        let actor = lock(&self.shared.view).step.as_ref().map(|step| step.actor().to_owned());
        let actor = actor.unwrap_or_else(|| "the room".to_owned());
        self.ask(&actor, |secrets, about| secrets.dice(about, &actor))
    }

    fn failed(&mut self, _: &Pending<'_>, error: &ConductError) -> Result<bool, RoomError> {
        self.tries_again(error, false)
    }

    fn unproved(&mut self, _: &Pending<'_>, error: &ConductError) -> Result<bool, RoomError> {
        self.tries_again(error, true)
    }

    fn refused(&mut self, error: &CeremonyError) -> Result<(), RoomError> {
        // A step whose paper is made already is not presented again.
        let refused = Refusal::of(error);
        self.refused = Some(refused.clone());
        self.shared.change(|view| view.problem = Some(refused));
        Ok(())
    }

    fn show_facts(&mut self, facts: &[(String, String)]) -> Result<(), RoomError> {
        let fact = |(label, value): &(String, String)| FactShown {
            label: label.clone(),
            value: value.clone(),
        };
        self.shared.change(|view| view.facts.extend(facts.iter().map(fact)));
        Ok(())
    }

    fn show_paper(&mut self, kind: &'static str, path: &Path) -> Result<(), RoomError> {
        self.show_facts(&[(kind.to_owned(), path.display().to_string())])
    }

    fn goes_on(&mut self) -> Result<Option<(String, u32)>, RoomError> {
        let refused = self.refused.take();
        self.shared.change(|view| view.problem = refused);
        self.wait(Phase::Resting, None, |_, reply| match reply {
            Reply::Decide { decision: Decided::GoesOn { seals, heads } } => {
                Some(Some((seals, heads)))
            }
            _ => None,
        })
    }

    fn touch(&mut self, holder: &str, touch: Touch) {
        match touch {
            Touch::Needed { .. } => self.enter(Phase::Touch, Some(holder)),
            Touch::Over => self.enter(Phase::Working, None),
        }
    }

    fn show_plan(&mut self, plan: &Plan) -> Result<(), RoomError> {
        self.about.subject = Some(Subject::Plan { digest: plan.digest() });
        self.shared.change(|view| view.plan = Some(PlanShown::of(plan)));
        Ok(())
    }

    fn show_survey(&mut self, found: &Survey, volumes: &[NeededVolume]) -> Result<(), RoomError> {
        let shown = SurveyShown::of(found, volumes);
        self.shared.change(|view| view.survey = Some(shown));
        Ok(())
    }

    fn may_look(&mut self, previews: &Arc<Previews>) {
        // An archive on discs would ask for them out of their order.
        if self.shared.drive.is_none() {
            *lock(&self.shared.previews) = Arc::downgrade(previews);
        }
    }

    fn show_fingerprint(&mut self, key: KeyName, of: &Fingerprint) -> Result<(), RoomError> {
        let shown = FingerprintShown::of(key, of);
        self.shared.change(|view| view.fingerprint = Some(shown));
        Ok(())
    }

    fn print(&mut self, job: &PrintJob<'_>) -> Result<(), RoomError> {
        let file = job.file.display().to_string();
        self.shared.change(|view| view.sheet = Some(file));
        Ok(())
    }

    fn took(&mut self, _: &JournalLine, runner: &Runner) {
        self.shared.change(|view| view.follow(runner));
    }

    fn observer(&self) -> &dyn Observer {
        self.shared.watch.begin();
        &self.shared.watch
    }
}
