//! The passport of a token: what was proved of it when its holder got it.

use terms::{CeremonyId, Environment, Timestamp};

use crate::PaperError;
use crate::flow::{Flow, Masthead};
use crate::minutes::{head_line, log_head};
use crate::style::{BODY, DANGER, STRONG};

/// What a holder keeps beside a token; holds no secret (paper-1 P14).
#[derive(Debug)]
pub struct TokenPassport<'a> {
    /// The environment that it was enrolled in.
    pub environment: Environment,
    /// The token's serial number, as printed on it.
    pub serial: String,
    /// Whose it is.
    pub holder: String,
    /// Label and value of what was proved and set.
    pub facts: Vec<(String, String)>,
    /// What its holder must know before it is relied on; printed before everything else.
    pub warnings: Vec<String>,
    /// When it was enrolled.
    pub enrolled: Timestamp,
    /// The ceremony.
    pub ceremony: CeremonyId,
    /// The log's checkpoint before the token was admitted, as text.
    pub log_head: &'a str,
    /// Name and version of the program.
    pub program: &'a str,
}

impl TokenPassport<'_> {
    /// Renders the passport as PDF.
    ///
    /// # Errors
    ///
    /// The checkpoint does not fit into a code.
    pub fn render(&self) -> Result<Vec<u8>, PaperError> {
        let object = format!("token {}", self.serial);
        let mut flow = Flow::new(Masthead {
            environment: Some(self.environment),
            kind: "token passport",
            object: object.clone(),
            log_head: head_line(self.log_head),
        })?;
        flow.title("PASSPORT OF A TOKEN", &format!("Token {} of {}", self.serial, self.holder));
        for warning in &self.warnings {
            flow.text(STRONG.in_ink(DANGER), warning);
        }
        let fact = |label: &str, value: String| (label.to_owned(), value);
        let mut facts = vec![
            fact("Holder", self.holder.clone()),
            fact("Serial number", self.serial.clone()),
            fact("Enrolled", self.enrolled.to_words()),
            fact("Ceremony", self.ceremony.to_string()),
            fact("Program", self.program.to_owned()),
        ];
        facts.extend(self.facts.iter().cloned());
        flow.facts(&facts);
        flow.heading("For its holder", BODY.leading * 3.0);
        for (number, text) in (1..).zip(INSTRUCTIONS) {
            flow.item(&number.to_string(), text);
        }
        log_head(&mut flow, &object, self.log_head)?;
        flow.fields(&[("holder", 1.4), ("witness", 1.4), ("date", 0.8)]);
        flow.finish(self.enrolled, format!("Passport of token {}", self.serial))
    }
}

const INSTRUCTIONS: [&str; 4] = [
    "Compare the serial number with the one that is printed on the token.",
    "Keep PIN and PUK in different places, and neither beside the token. Nobody may ask for them.",
    "If the token is lost, stolen or broken, say so at once: it is retired, and another one can \
     take its place as long as a second token or a sheet of yours is left.",
    "Prove your share once a year, with each token and with the sheet.",
];
