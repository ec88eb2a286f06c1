//! `strongroom station`: the key by which a sealing station signs.

use std::path::PathBuf;

use archive::StationKey;
use clap::{Args, Subcommand};
use engine::station::{self, StationError};
use engine::verify::signature;

use super::Ended;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

/// The key of this station. It opens nothing; it says who sealed.
#[derive(Args)]
#[command(after_help = "Examples:
  strongroom station new station.key
  strongroom seal --station station.key -r production.recipient -o /media/usb /srv/documents
  strongroom verify --sealed-by 3f5c… /media/usb")]
pub(crate) struct Station {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Make a key in a file that only you can read.
    New {
        /// The file; it must not exist.
        file: PathBuf,
    },
    /// Print the public key, by which reports name the station.
    Show {
        /// The file with the station's key.
        file: PathBuf,
    },
}

impl Station {
    pub(crate) fn run(self, context: &Context) -> Ended {
        let (command, key) = match self.verb {
            Verb::New { file } => ("station new", station::make(&file, &mut context.rng())),
            Verb::Show { file } => ("station show", station::read(&file)),
        };
        let refused = |error: StationError| Failure::from_problem(Exit::Failed, &error);
        print(command, &key.map_err(refused)?, context);
        Ok(Exit::Done)
    }
}

fn print(command: &str, key: &StationKey, context: &Context) {
    let station = signature(archive::Signature::By(key.public()));
    if context.json {
        output::json(command, serde_json::json!({ "station": station }));
    } else {
        output::line(station);
    }
}
