//! Archives of a lock: the file that lies beside them, and opening them with tokens.

use std::fs;
use std::path::{Path, PathBuf};

use archive::Set;
use ceremony::answers::Answers;
use clap::Args;
use engine::threshold::{ArchiveSplit, ThresholdError};
use engine::tokens::{Tokens, TokensError, at_hand};
use engine::unlock::{Known, Unlocked, awaited, unlock_with};
use quorum::OfferedShare;
use reader::ReaderTokens;
use secret::SecretText;
use terms::Environment;
use token::{Pin, Serial, Token, Touch};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;
use crate::holder::{put_back, take, tell, unreachable};
use crate::prompt::Terminal;
use crate::shares::unlock_failure;
use crate::{tokens, vault};

/// The longest file of T5, in bytes.
const SPLIT_BYTES_MAX: u64 = 2 << 20;
const SPLIT: files::Kind = ("the split of the archive", "SR-CLI-SPLIT-FILE");
/// The longest roster, in bytes.
const ROSTER_BYTES_MAX: u64 = 1 << 20;
const ROSTER: files::Kind = ("the roster", "SR-CLI-ANSWERS-FILE");

/// How an archive of a lock is opened.
#[derive(Args)]
pub(crate) struct Locked {
    /// The file with the archive's split, where it lies elsewhere than beside the volumes.
    #[arg(long, value_name = "FILE")]
    split: Option<PathBuf>,

    /// Who opens an archive of a lock: a roster whose request names them as approvers; without it
    /// they are asked for on the terminal.
    #[arg(long, value_name = "FILE")]
    holders: Option<PathBuf>,

    /// In a drill: with the virtual tokens in readers, not with those in the vault's drawer.
    #[arg(long)]
    readers: bool,
}

/// Holders who come one after the other, each with a token.
pub(crate) struct Holders<'a> {
    tokens: Box<dyn Tokens>,
    terminal: Option<Terminal>,
    context: &'a Context,
}

impl Locked {
    /// What lies beside the archive, if it is one of a lock.
    pub(crate) fn beside(&self, set: &Set, media: &Path) -> Result<Option<ArchiveSplit>, Failure> {
        let folder = if media.is_dir() { Some(media) } else { media.parent() };
        let named = set.fingerprints().into_iter().filter_map(|fingerprint| {
            let path = folder?.join(ArchiveSplit::file_name(&fingerprint));
            path.exists().then_some(path)
        });
        let Some(path) = self.split.clone().into_iter().chain(named).next() else {
            return Ok(None);
        };
        let bytes = files::bytes(&path, SPLIT_BYTES_MAX, SPLIT)?;
        let split = ArchiveSplit::decode(&bytes).map_err(|error| refused(&error))?;
        // Nobody opens a share of another archive only to learn that it was the wrong one.
        let recipient = split.description().facts().recipient_fingerprint;
        if !set.fingerprints().contains(&recipient) {
            let problem = format!("{} is the split of another archive", path.display());
            let remedy = "Take the one that lies with another copy of this archive; if it is \
                          sealed to a master key, move the file away.";
            let code = "SR-CLI-OTHER-SPLIT";
            return Err(Failure::new(Exit::VerificationFailed, code, problem, remedy));
        }
        Ok(Some(split))
    }

    /// Opens the archive's key: every holder who comes opens the own share of this one archive.
    pub(crate) fn open(
        &self,
        (set, split): (&Set, &ArchiveSplit),
        context: &Context,
    ) -> Result<Unlocked, Failure> {
        let roster = self.holders.as_deref().map(roster).transpose()?;
        let is_drill = set.settings().environment.is_none_or(Environment::is_drill);
        if roster.as_ref().is_some_and(Answers::hold_secrets) && !is_drill {
            return Err(no_secrets());
        }
        let known = Known { description: Some(split.description().clone()), retired: Vec::new() };
        let mut quorum = awaited(set, known).map_err(|error| unlock_failure(&error))?;
        let mut holders = Holders::of(self.drawer(is_drill, context)?, context);
        let asked = roster.as_ref().and_then(|roster| roster.request.as_ref());
        let named = asked.map(|request| request.approvers.as_slice());
        let mut named = named.map(<[_]>::iter);
        loop {
            let (name, pin) = match &mut named {
                Some(named) => match named.next() {
                    Some(approver) => (approver.name.clone(), approver.pin.as_deref()),
                    None => break,
                },
                None => match holders.next_name()? {
                    Some(name) => (name, None),
                    None => break,
                },
            };
            let share = holders.brought(split, (&name, pin))?;
            match (share, &mut holders.terminal) {
                // What is wrong with one share is kept, and told with everything else.
                (Ok(share), None) => drop(quorum.offer(share)),
                (Ok(share), Some(terminal)) => {
                    if let Err(finding) = quorum.offer(share) {
                        terminal.say(&format!("Not taken: {}", finding.reason))?;
                    } else if quorum.is_met() {
                        terminal.say("The quorum is met: an empty line goes on.")?;
                    }
                }
                (Err(failure), Some(terminal)) => {
                    terminal.say(&format!("Not taken: {}", failure.in_words()))?;
                }
                (Err(failure), None) => return Err(failure),
            }
        }
        unlock_with(set, quorum).map_err(|error| unlock_failure(&error))
    }

    /// Where the tokens are; the drawer of a drill's vault, if there is one.
    fn drawer(&self, is_drill: bool, context: &Context) -> Result<Box<dyn Tokens>, Failure> {
        if !is_drill || self.readers {
            return Ok(Box::new(ReaderTokens::new(is_drill)));
        }
        tokens::in_readers(&vault::open(context)?, false)
    }
}

impl<'a> Holders<'a> {
    pub(crate) fn of(tokens: Box<dyn Tokens>, context: &'a Context) -> Self {
        Self { tokens, terminal: None, context }
    }

    /// Who comes next; none when nobody does.
    fn next_name(&mut self) -> Result<Option<String>, Failure> {
        let name = self.terminal()?.ask("Who brings a share now? An empty line ends the list:")?;
        Ok((!name.trim().is_empty()).then(|| name.trim().to_owned()))
    }

    /// The share that a holder brings; whoever mistypes can try again while people sit there.
    fn brought(
        &mut self,
        split: &ArchiveSplit,
        asked: (&str, Option<&str>),
    ) -> Result<Result<OfferedShare, Failure>, Failure> {
        loop {
            let share = self.bring(split, asked);
            let (Err(failure), Some(terminal)) = (&share, &mut self.terminal) else {
                return Ok(share);
            };
            terminal.say(&failure.in_words())?;
            if !terminal.yes_or_no("Try it again? yes does, no goes on without:")? {
                return Ok(share);
            }
        }
    }

    /// The share of this one archive that a holder has.
    fn bring(
        &mut self,
        split: &ArchiveSplit,
        (name, pin): (&str, Option<&str>),
    ) -> Result<OfferedShare, Failure> {
        let nobody = || refused(&ThresholdError::NoShare { holder: name.to_owned() });
        let own = split.token_of(name).ok_or_else(nobody)?;
        let asked = (name, &[own][..], pin);
        let brought = self.with_token(asked, "Open this archive", |token, pin, touch| {
            split.bring(name, token, pin, touch)
        });
        brought?.map_err(|error| refused(&error))
    }

    /// Hands the token that is here of those that the holder has to `work`, with its PIN: that of
    /// the roster of a drill, or what its holder types.
    pub(crate) fn with_token<T>(
        &mut self,
        (holder, own, pin): (&str, &[Serial], Option<&str>),
        operation: &str,
        work: impl FnOnce(&mut dyn Token, &Pin<'_>, &mut dyn FnMut(Touch)) -> T,
    ) -> Result<T, Failure> {
        let mut rng = self.context.rng();
        let done = if let Some(pin) = pin {
            let named = |error: TokensError| unreachable(&error);
            let serial = at_hand(&mut *self.tokens, own, &mut rng).map_err(named)?;
            let mut token = self.tokens.take(serial, &mut rng).map_err(named)?;
            let pin = SecretText::from_exposed(pin);
            work(&mut *token, &Pin::new(&pin), &mut |_| ())
        } else {
            self.terminal()?;
            let Some(terminal) = &mut self.terminal else { return Err(no_terminal()) };
            let tokens = &mut *self.tokens;
            let mut taken = take(tokens, (holder, own), operation, terminal, &mut rng)?;
            let (token, pin) = taken.parts();
            work(token, &pin, &mut |touch| tell(terminal, holder, touch))
        };
        // The counter of tries changed, whether or not the PIN was right.
        put_back(&mut *self.tokens)?;
        Ok(done)
    }

    /// Says something to the people, if they are there.
    pub(crate) fn say(&mut self, text: &str) -> Result<(), Failure> {
        self.terminal.as_mut().map_or(Ok(()), |terminal| Ok(terminal.say(text)?))
    }

    /// The terminal at which people sit.
    pub(crate) fn terminal(&mut self) -> Result<&mut Terminal, Failure> {
        if self.terminal.is_none() {
            self.terminal = Some(Terminal::open().map_err(|_| no_terminal())?);
        }
        self.terminal.as_mut().ok_or_else(no_terminal)
    }
}

/// Reads a roster.
pub(crate) fn roster(file: &Path) -> Result<Answers, Failure> {
    let text = files::text(file, ROSTER_BYTES_MAX, ROSTER)?;
    Answers::parse(&text).map_err(|error| Failure::from_problem(Exit::Usage, &error))
}

/// The failure of an operation with a lock, with the exit code that fits it.
pub(crate) fn refused(error: &ThresholdError) -> Failure {
    let exit = match error {
        ThresholdError::Token(_) | ThresholdError::Envelope(_) => Exit::Failed,
        ThresholdError::Malformed(_)
        | ThresholdError::Unknown { .. }
        | ThresholdError::TooLong { .. }
        | ThresholdError::ForeignEnvelope { .. } => Exit::VerificationFailed,
        _ => Exit::Refused,
    };
    Failure::from_problem(exit, error)
}

/// PINs stand in files of drills only.
pub(crate) fn no_secrets() -> Failure {
    let problem = "PINs from a file are taken in drills only";
    let remedy = "Name the people and nothing that is theirs alone; they will be asked.";
    Failure::new(Exit::Refused, "SR-CLI-ANSWERS", problem, remedy)
}

fn no_terminal() -> Failure {
    let problem = "this needs a terminal: holders are asked one after the other";
    let remedy = "Run it in a terminal. In a drill, a roster with PINs asks nobody.";
    Failure::new(Exit::Usage, "SR-CLI-NO-TERMINAL", problem, remedy)
}

/// Writes the split of an archive where its volumes will be, before the archive bears its name.
pub(crate) fn write_split(
    folder: &Path,
    recipient: &terms::Fingerprint,
    split: &ArchiveSplit,
) -> Result<PathBuf, Failure> {
    fs::create_dir_all(folder).map_err(|error| {
        let problem = format!("{} cannot be made: {error}", folder.display());
        let remedy = "Name a folder that you may write to.";
        Failure::new(Exit::Failed, "SR-CLI-OUTPUT-FILE", problem, remedy)
    })?;
    let path = folder.join(ArchiveSplit::file_name(recipient));
    files::write_new(&path, &split.encode())?;
    Ok(path)
}
