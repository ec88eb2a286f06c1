//! The commands, one file each.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

mod doctor;

/// What a command returns: how it ended, or why it failed.
pub(crate) type Ended = Result<Exit, Failure>;

/// Key ceremonies, offline archives and restores under quorum.
#[derive(Parser)]
#[command(name = "strongroom", version, propagate_version = true)]
pub(crate) struct Arguments {
    /// The vault's folder [default: $STRONGROOM_VAULT, or strongroom/vault in the data folder].
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) vault: Option<PathBuf>,

    /// Print one JSON object for machines instead of text.
    #[arg(long, global = true)]
    pub(crate) json: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Verbs first, as in age, restic and git.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Say what this machine offers and what is missing.
    Doctor(doctor::Doctor),
}

/// Runs one command.
pub(crate) fn run(command: Command, context: &Context) -> Ended {
    match command {
        Command::Doctor(command) => command.run(context),
    }
}
