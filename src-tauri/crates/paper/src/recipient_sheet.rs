//! The sheet that goes to whoever seals: the public half of a master key.

use terms::{Environment, Fingerprint, KeyName, Timestamp};

use crate::PaperError;
use crate::code::Code;
use crate::flow::{Flow, Masthead};
use crate::style::{BODY, HEADING, MONO, STRONG};

/// Names the recipient that archives are sealed to; holds no secret (paper-1 P12).
#[derive(Debug)]
pub struct RecipientSheet<'a> {
    /// The environment.
    pub environment: Environment,
    /// The master key.
    pub key: KeyName,
    /// The fingerprint of its recipient.
    pub fingerprint: Fingerprint,
    /// When the key was made.
    pub created: Timestamp,
    /// The name of the file that holds the recipient.
    pub recipient_file: &'a str,
}

impl RecipientSheet<'_> {
    /// Renders the sheet as PDF.
    ///
    /// # Errors
    ///
    /// The program is damaged; no value of this type is refused.
    pub fn render(&self) -> Result<Vec<u8>, PaperError> {
        const SIDE: f32 = 112.0;
        let code = Code::new(&self.code_text())?;
        let mut flow = Flow::new(Masthead {
            environment: Some(self.environment),
            kind: "recipient sheet",
            object: format!("key {}  ·  {}", self.key, self.fingerprint.to_words()),
            log_head: String::new(),
        })?;
        flow.title("RECIPIENT", &format!("Archives are sealed to {}", self.key));
        flow.paragraph(
            "This sheet names the public half of a master key. With it anybody can seal archives \
             that only a quorum of the key’s holders can open. Nothing on this sheet is secret.",
        );
        flow.gap(8.0);
        flow.text(STRONG, "Fingerprint, to be read aloud and compared word by word");
        flow.gap(4.0);
        flow.text(HEADING, &self.fingerprint.to_words());
        flow.text(MONO, &self.fingerprint.to_string());
        flow.gap(12.0);
        let (left, width) = (flow.left, flow.width);
        let top = flow.y;
        let page = flow.page_count();
        let used = code.draw(&mut flow, left + width - SIDE, top, SIDE, "Key and fingerprint");
        flow.column(left, width - SIDE - 18.0, |flow| flow.facts(&self.facts()));
        if flow.page_count() == page {
            flow.y = flow.y.max(top + used);
        }
        flow.heading("Before you seal", BODY.leading * 3.0);
        for (number, text) in (1..).zip(INSTRUCTIONS) {
            flow.item(&number.to_string(), text);
        }
        flow.fields(&[("compared by", 1.4), ("signature", 1.4), ("date", 0.8)]);
        flow.finish(self.created, format!("Recipient sheet, key {}", self.key))
    }

    /// The text of the code (paper-1 P12).
    fn code_text(&self) -> String {
        format!("STRONGROOM:KEY:1:{}:{}", self.key, self.fingerprint).to_uppercase()
    }

    fn facts(&self) -> Vec<(String, String)> {
        let fact = |label: &str, value: String| (label.to_owned(), value);
        vec![
            fact("Environment", self.environment.to_string()),
            fact("Key", self.key.to_string()),
            fact("Made on", self.created.to_words()),
            fact("Recipient file", self.recipient_file.to_owned()),
        ]
    }
}

const INSTRUCTIONS: [&str; 3] = [
    "Take the recipient from the file named above, not from this paper: it is too long to type.",
    "Let the sealing program show the fingerprint and compare every word with this sheet. If one \
     word differs, do not seal, and tell the key’s owner.",
    "Keep this sheet with the station that seals. When the key is replaced, a new sheet comes \
     with it; mark this one as replaced and date it.",
];
