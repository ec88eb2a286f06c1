//! `strongroom lock`: a quorum for archives that have no master key (threshold-1).

use std::path::{Path, PathBuf};

use ceremony::answers::{Answers, HolderAnswers};
use clap::{Args, Subcommand};
use engine::conduct::{in_words, policy};
use engine::threshold::{Lock, SignedLock, ThresholdError, TokenKey, enrolled_keys, sign_lock};
use engine::vault::{Vault, VaultError};
use registry::RegistryError;
use terms::KeyName;
use token::Serial;

use super::Ended;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::locked::{Holders, no_secrets, refused, roster};
use crate::{files, output, tokens, vault};

/// The longest lock that is read, in bytes (threshold-1 T8).
const LOCK_BYTES_MAX: u64 = 640 << 10;
/// Numbers below are for master keys, which are counted from 1.
const VERSION_MIN: u32 = 900;
const LOCK: files::Kind = ("the lock", "SR-CLI-LOCK-FILE");

/// Locks: a quorum opens each archive by itself, and there is no master key.
#[derive(Args)]
pub(crate) struct LockCommand {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Make a lock: every holder's token adds its key, then every holder signs.
    Make {
        /// Who opens: a roster with a lock and a quorum; see tests/answers/lock.toml.
        #[arg(long, value_name = "FILE")]
        roster: PathBuf,
        /// The file to write the lock into; it is no secret.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// In a drill: with the virtual tokens in readers, not with those in the vault's drawer.
        #[arg(long)]
        readers: bool,
    },
    /// Show who opens what is sealed to a lock, and whether the vault here vouches for it.
    Show {
        /// The lock.
        file: PathBuf,
    },
}

impl LockCommand {
    pub(crate) fn run(self, context: &Context) -> Ended {
        match self.verb {
            Verb::Make { roster, output, readers } => make(&roster, (&output, readers), context),
            Verb::Show { file } => show(&file, context),
        }
    }
}

/// Reads a lock of which nothing is proved yet.
pub(crate) fn read(file: &Path) -> Result<SignedLock, Failure> {
    let bytes = files::bytes(file, LOCK_BYTES_MAX, LOCK)?;
    SignedLock::decode(&bytes).map_err(|error| refused(&error))
}

fn make(file: &Path, (output, readers): (&Path, bool), context: &Context) -> Ended {
    let roster = roster(file)?;
    let mut vault = vault::open(context)?;
    if roster.hold_secrets() && !vault.environment().is_drill() {
        return Err(no_secrets());
    }
    let key = name_of(&roster, &vault)?;
    let policy = policy(&roster).map_err(|error| Failure::from_problem(Exit::Usage, &error))?;
    let in_use = tokens_of(&vault, &roster)?;
    let mut holders = Holders::of(tokens::in_readers(&vault, readers)?, context);
    let mut keys = Vec::new();
    for (holder, own) in &in_use {
        let asked = (holder.name.as_str(), own.as_slice(), holder.pin.as_deref());
        let mut rng = context.rng();
        let kept = holders.with_token(asked, "Add the key to a lock", |token, pin, _| {
            let serial = token.identity()?.serial;
            Ok((serial, token.keep_quantum_seed(pin, &mut rng)?))
        })?;
        let (serial, key) = kept.map_err(|error| refused(&ThresholdError::Token(error)))?;
        keys.push(TokenKey { holder: holder.name.clone(), serial, key });
    }
    let lock = Lock::new(key, &policy, &keys).map_err(|error| refused(&error))?;
    let signed = signed(&lock, (&in_use, &mut holders))?;
    let enrolled = enrolled_keys(vault.read()).map_err(|error| vault::refused(&error.into()))?;
    signed.prove(&enrolled).map_err(|error| refused(&error))?;
    write(&mut vault, (&lock, &signed), output, context)?;
    tell(&lock, "every holder signed it", context, "lock make");
    Ok(Exit::Done)
}

/// How its archives are called: by a name that no master key of the vault has.
fn name_of(roster: &Answers, vault: &Vault) -> Result<KeyName, Failure> {
    let unfit = |problem: &str| {
        let remedy = "Write [lock] key = \"ENVIRONMENT/NUMBER\" with the vault's environment and a \
                      number of 900 or more.";
        Failure::new(Exit::Usage, "SR-CLI-LOCK-NAME", problem, remedy)
    };
    let named = roster.lock.as_ref().and_then(|lock| lock.key);
    let key = named.ok_or_else(|| unfit("the roster does not say how archives are called"))?;
    if key.environment != vault.environment() {
        return Err(unfit("the lock is of another environment than the vault"));
    }
    if key.version < VERSION_MIN {
        return Err(unfit(&format!("{key} is, or may become, the name of a master key")));
    }
    match vault.key_state(key) {
        Ok(_) => Err(unfit(&format!("{key} is a master key"))),
        Err(VaultError::Registry(RegistryError::Missing(_))) => Ok(key),
        Err(error) => Err(vault::refused(&error)),
    }
}

/// Everybody who opens, with the tokens that the vault has in use for them.
fn tokens_of<'a>(
    vault: &Vault,
    roster: &'a Answers,
) -> Result<Vec<(&'a HolderAnswers, Vec<Serial>)>, Failure> {
    let enrolled = enrolled_keys(vault.read()).map_err(|error| vault::refused(&error.into()))?;
    let groups = roster.quorum.iter().flat_map(|quorum| &quorum.groups);
    let mut in_use = Vec::new();
    for holder in groups.flat_map(|group| &group.holders) {
        let own = enrolled.iter().filter(|token| token.holder == holder.name);
        let own: Vec<_> = own.map(|token| token.serial).collect();
        if own.is_empty() {
            let problem = format!("{} has no token that is in use here", holder.name);
            let remedy = "Enrol one: strongroom ceremony run enrol.";
            return Err(Failure::new(Exit::Refused, "SR-CLI-LOCK-HOLDER", problem, remedy));
        }
        in_use.push((holder, own));
    }
    Ok(in_use)
}

/// Every holder compares the words of the lock and signs it.
fn signed(
    lock: &Lock,
    (in_use, holders): (&[(&HolderAnswers, Vec<Serial>)], &mut Holders<'_>),
) -> Result<SignedLock, Failure> {
    holders.say(&format!("\nThe lock is: {}", lock.fingerprint().to_words()))?;
    holders.say(&format!("It is opened by: {}", in_words(lock.policy())))?;
    holders.say("Every holder compares these words on this screen, and signs the lock.")?;
    let mut signatures = Vec::new();
    for named in lock.tokens() {
        let of_holder = in_use.iter().find(|(holder, _)| holder.name == named.holder);
        let pin = of_holder.and_then(|(holder, _)| holder.pin.as_deref());
        let asked = (named.holder.as_str(), &[named.serial][..], pin);
        let signature = holders.with_token(asked, "Sign the lock", |token, pin, touch| {
            sign_lock(lock, &named.holder, token, pin, touch)
        })?;
        signatures.push(signature.map_err(|error| refused(&error))?);
    }
    SignedLock::new(lock.clone(), signatures).map_err(|error| refused(&error))
}

/// Writes the lock, on the record.
fn write(
    vault: &mut Vault,
    (lock, signed): (&Lock, &SignedLock),
    output: &Path,
    context: &Context,
) -> Result<(), Failure> {
    let now = context.now();
    let mut objects = vec![format!("lock:{}", lock.fingerprint())];
    objects.extend(lock.tokens().map(|token| format!("token:{}", token.serial)));
    let intent = vault.intent("lock.make", vault::ACTOR, objects, None, now);
    let intent = intent.map_err(|error| vault::refused(&error))?;
    let written = files::write_new(output, &signed.encode());
    let ended = match &written {
        Ok(()) => vault.outcome(intent, "ok", &[], context.now()),
        Err(failure) => vault.abort(intent, failure.code(), context.now()),
    };
    ended.map_err(|error| vault::refused(&error))?;
    written
}

fn show(file: &Path, context: &Context) -> Ended {
    let signed = read(file)?;
    let standing = standing(&signed, context);
    tell(signed.unproved(), &standing, context, "lock show");
    Ok(Exit::Done)
}

/// Whether the vault here vouches for a lock, in words.
fn standing(signed: &SignedLock, context: &Context) -> String {
    let Ok(view) = vault::view(context) else {
        return "NOT PROVED: no vault is here that knows its holders".to_owned();
    };
    let enrolled = enrolled_keys(view.read()).unwrap_or_default();
    match signed.prove(&enrolled) {
        Ok(_) => "every holder signed it, with the token that is enrolled here".to_owned(),
        Err(error) => format!("NOT PROVED: {error}"),
    }
}

fn tell(lock: &Lock, standing: &str, context: &Context, command: &str) {
    let fingerprint = lock.fingerprint();
    if context.json {
        let holders: Vec<_> = lock
            .tokens()
            .map(|token| {
                serde_json::json!({ "holder": token.holder, "token": token.serial.to_string() })
            })
            .collect();
        let told = serde_json::json!({
            "key": lock.key().to_string(), "fingerprint": fingerprint.to_string(),
            "words": fingerprint.to_words(), "opened_by": in_words(lock.policy()),
            "holders": holders, "standing": standing,
        });
        output::json(command, told);
        return;
    }
    output::field("lock", fingerprint.to_words());
    output::field("", fingerprint);
    output::field("archives", format!("are called {}", lock.key()));
    output::field("opened by", in_words(lock.policy()));
    for token in lock.tokens() {
        output::field("holder", format!("{}, token {}", token.holder, token.serial));
    }
    output::field("standing", standing);
}
