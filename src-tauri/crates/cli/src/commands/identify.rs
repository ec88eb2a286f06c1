//! `strongroom share identify`: whose sheet a picture shows, and whether it still counts.

use std::path::PathBuf;

use clap::Args;
use engine::vault::Looking as _;
use keys::KeyState;
use paper::{code_of_picture, record_of_share_code};
use quorum::{ShareRecord, ShareWords};
use registry::SplitState;
use terms::Problem;

use super::Ended;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::prompt::Terminal;
use crate::{files, output, vault};

/// The longest picture, in bytes.
const PICTURE_BYTES_MAX: u64 = 64 << 20;
const PICTURE: files::Kind = ("the picture", "SR-CLI-PICTURE-FILE");

/// Tell whose share a sheet is from a picture of its code, which holds no secret.
#[derive(Args)]
pub(super) struct Identify {
    /// A PNG file of the sheet's first page, from a scanner or a camera. Whoever photographs a
    /// whole sheet photographs the words too: cover them.
    picture: PathBuf,

    /// Ask for the words too, and compare them with the code.
    #[arg(long)]
    words: bool,
}

impl Identify {
    pub(super) fn run(self, context: &Context) -> Ended {
        let file = files::bytes(&self.picture, PICTURE_BYTES_MAX, PICTURE)?;
        let refused = |error: &dyn Problem| Failure::from_problem(Exit::VerificationFailed, error);
        let code = code_of_picture(&file).map_err(|error| refused(&error))?;
        let record = record_of_share_code(&code).map_err(|error| refused(&error))?;
        let record = ShareRecord::decode(&record).map_err(|error| refused(&error))?;
        let standing = standing(&record, context);
        let words = if self.words { Some(compared(&record)?) } else { None };
        tell(&record, &standing, words, context);
        Ok(if words == Some(false) { Exit::VerificationFailed } else { Exit::Done })
    }
}

/// What the vault here knows of the split that the share is of.
fn standing(record: &ShareRecord, context: &Context) -> String {
    let Ok(view) = vault::view(context) else {
        return "unknown: no vault is here that knows it".to_owned();
    };
    match view.read().split(record.facts().split) {
        Ok(Some(split)) => match split.state {
            SplitState::Effective => match view.key_state(record.facts().key) {
                Ok(KeyState::Active) => "it counts".to_owned(),
                Ok(state) => format!("it counts for a key that is {state}"),
                Err(_) => "unknown: its key is of another environment".to_owned(),
            },
            SplitState::Pending => "NOT YET: its ceremony has not made it effective".to_owned(),
            SplitState::Retired => format!("NO LONGER: retired at {}", split.state_since),
            SplitState::Void => "VOID: its ceremony was given up; destroy it".to_owned(),
        },
        _ => "unknown: it is of another vault".to_owned(),
    }
}

/// Whether the words that are typed are those of the sheet.
fn compared(record: &ShareRecord) -> Result<bool, Failure> {
    let mut terminal = Terminal::open().map_err(|_| {
        let problem = "this needs a terminal: the words are typed";
        let remedy = "Run it in a terminal, or leave --words out.";
        Failure::new(Exit::Usage, "SR-CLI-NO-TERMINAL", problem, remedy)
    })?;
    let title = format!("Sheet of {}", record.place().holder);
    let words = terminal.ask_words(&title, "The 33 words, typed from the sheet:")?;
    let words = ShareWords::parse(words.expose());
    Ok(words.is_ok_and(|words| record.check_words(&words).is_ok()))
}

fn tell(record: &ShareRecord, standing: &str, words: Option<bool>, context: &Context) {
    let (facts, place) = (record.facts(), record.place());
    let check_words = record.commitment().to_words();
    if context.json {
        let told = serde_json::json!({
            "holder": place.holder, "group": place.group_name, "member": place.member + 1,
            "key": facts.key.to_string(), "split": facts.split.to_string(),
            "created": facts.created.to_string(), "check_words": check_words,
            "standing": standing, "words_are_right": words,
        });
        output::json("share identify", told);
        return;
    }
    output::field("holder", &place.holder);
    output::field("group", format!("{} {}", place.group_name, place.member + 1));
    output::field("key", facts.key);
    output::field("split", format!("{}, made {}", facts.split, facts.created));
    output::field("check words", check_words);
    output::field("counts", standing);
    match words {
        Some(true) => output::field("words", "they are those of this share"),
        Some(false) => output::field("words", "NOT those of this share"),
        None => (),
    }
}
