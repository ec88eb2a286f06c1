//! The commands, one file each.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

mod ceremony;
mod checked;
mod cosign;
mod custody;
pub(crate) mod doctor;
mod enrolled;
mod fsck;
mod identify;
mod init;
mod inspect;
mod key;
mod list;
pub(crate) mod lock;
mod log;
mod manual;
mod media;
mod module;
mod names;
pub(crate) mod onto;
pub(crate) mod restore;
mod seal;
mod share;
mod show_plan;
mod station;
mod token;
mod transcript;
mod verify;

/// What a command returns: how it ended, or why it failed.
pub(crate) type Ended = Result<Exit, Failure>;

/// Key ceremonies, offline archives and restores under quorum.
#[derive(Parser)]
#[command(name = "strongroom", version, propagate_version = true)]
pub(crate) struct Arguments {
    /// The vault's folder [default: $STRONGROOM_VAULT, or strongroom/vault in the data folder].
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) vault: Option<PathBuf>,

    /// The PKCS#11 module of a token's maker, by its whole path [default: $STRONGROOM_PKCS11].
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) pkcs11: Option<PathBuf>,

    /// Print one JSON object for machines instead of text.
    #[arg(long, global = true)]
    pub(crate) json: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Verbs first, as in age, restic and git.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Create a vault.
    Init(init::Init),
    /// List, check and run ceremonies, and show what they left.
    Ceremony(ceremony::Ceremony),
    /// Master keys, their public halves and states.
    Key(key::Key),
    /// Seal files, folders or a stream; needs no vault and no secret.
    Seal(seal::Seal),
    /// Show what can be known about an archive without a key.
    Inspect(inspect::Inspect),
    /// Verify an archive's media without a key.
    Verify(verify::Verify),
    /// Media: where they lie, whether they are still good, and what is to be checked.
    Media(media::Media),
    /// List what is inside.
    List(list::List),
    /// Show what a restore would do, and the words that name exactly this plan.
    Plan(show_plan::ShowPlan),
    /// Restore with shares from paper; needs no vault.
    Restore(restore::Restore),
    /// Print one file to standard output.
    Cat(list::Cat),
    /// Bring back names that a target of a restore could not hold.
    Names(names::Names),
    /// Read or verify the audit log.
    Log(log::Log),
    /// Locks: a quorum for archives that have no master key.
    Lock(lock::LockCommand),
    /// The key by which a sealing station signs.
    Station(station::Station),
    /// Shares of a key, and proofs that they are still good.
    Share(share::Share),
    /// Hardware tokens and the readers they are in.
    Token(token::Token),
    /// Check the vault; nothing is changed.
    Fsck(fsck::Fsck),
    /// Say what this machine offers and what is missing.
    Doctor(doctor::Doctor),
    /// Write man pages and completions, for packages.
    #[command(hide = true)]
    Manual(manual::Manual),
}

/// Runs one command.
pub(crate) fn run(command: Command, context: &Context) -> Ended {
    match command {
        Command::Init(command) => command.run(context),
        Command::Ceremony(command) => command.run(context),
        Command::Key(command) => command.run(context),
        Command::Seal(command) => command.run(context),
        Command::Inspect(command) => command.run(context),
        Command::Verify(command) => command.run(context),
        Command::Media(command) => command.run(context),
        Command::List(command) => command.run(context),
        Command::Plan(command) => command.run(context),
        Command::Restore(command) => command.run(context),
        Command::Cat(command) => command.run(context),
        Command::Names(command) => command.run(context),
        Command::Log(command) => command.run(context),
        Command::Lock(command) => command.run(context),
        Command::Station(command) => command.run(context),
        Command::Share(command) => command.run(context),
        Command::Token(command) => command.run(context),
        Command::Fsck(command) => command.run(context),
        Command::Doctor(command) => command.run(context),
        Command::Manual(command) => command.run(context),
    }
}
