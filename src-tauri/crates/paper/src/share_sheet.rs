//! The sheet that a holder keeps: one share of a master key on one page.

use secret::{SecretBytes, SecretText};
use terms::{Digest, Environment, Fingerprint, KeyName, SplitId, Timestamp};

use crate::PaperError;
use crate::code::{Code, share_code};
use crate::flow::{Flow, Masthead};
use crate::style::{BODY, DANGER, SMALL, STRONG};

/// One share on paper (paper-1 P3, P4, P5, P6, P7).
#[derive(Debug)]
pub struct ShareSheet<'a> {
    /// The environment; a drill is unmistakable on every page.
    pub environment: Environment,
    /// The master key that was split.
    pub key: KeyName,
    /// The fingerprint of its recipient.
    pub fingerprint: Fingerprint,
    /// The act of splitting.
    pub split: SplitId,
    /// The group's name.
    pub group: &'a str,
    /// The member's number within the group, counted from 1.
    pub member: u8,
    /// Who keeps this sheet.
    pub holder: &'a str,
    /// Who must come together, in words: "any 2 of 3 custodians and any 1 of 2 officers".
    pub quorum: &'a str,
    /// When the key was split.
    pub created: Timestamp,
    /// The share's salted commitment, as in the registry and in the minutes.
    pub commitment: Digest,
    /// The share's public record, for the code; never the words.
    pub record: &'a [u8],
    /// The 33 words, separated by white space.
    pub words: &'a SecretText,
}

/// The side of the code, in points.
pub(crate) const CODE_SIDE: f32 = 112.0;

/// What is written by hand when the sheet goes into its bag.
pub(crate) const SEALED: [(&str, f32); 4] = [
    ("bag serial number", 1.2),
    ("sealed on (date)", 0.9),
    ("holder’s signature", 1.4),
    ("witness’s signature", 1.4),
];

impl ShareSheet<'_> {
    /// Renders the sheet as PDF.
    ///
    /// The words are in the file and nowhere else that outlives this call. The PDF writer copies
    /// text into buffers of its own, which are freed but not wiped; call this in the process of
    /// the ceremony only. A printer may keep what it printed.
    ///
    /// # Errors
    ///
    /// The words are not 33 of the standard's shape, or the record does not fit into a code.
    pub fn render(&self) -> Result<SecretBytes, PaperError> {
        let code = Code::new(&share_code(self.record))?;
        let mut flow = Flow::new(self.masthead())?;
        flow.title("KEY SHARE", &format!("One share of master key {}", self.key));
        self.introduce(&mut flow);
        flow.gap(4.0);
        flow.text(STRONG, "The 33 words of this share, to be read line by line");
        flow.gap(4.0);
        flow.word_grid(self.words)?;
        flow.gap(12.0);
        self.describe(&mut flow, &code);
        flow.heading("What to do with this sheet", BODY.leading * 3.0);
        for (sign, text) in (1..).zip(INSTRUCTIONS) {
            flow.item(&sign.to_string(), text);
        }
        flow.gap(2.0);
        flow.fields(&SEALED);
        flow.finish(self.created, format!("Share sheet, key {}", self.key)).map(SecretBytes::take)
    }

    fn masthead(&self) -> Masthead {
        let object = format!(
            "key {}  ·  {} {}  ·  check words {}",
            self.key,
            self.group,
            self.member,
            self.commitment.to_words()
        );
        let log_head = String::new();
        Masthead { environment: Some(self.environment), kind: "share sheet", object, log_head }
    }

    fn introduce(&self, flow: &mut Flow) {
        if self.environment.is_drill() {
            let warning = "DRILL. Made for training. It opens nothing real and must never be \
                           filed with real sheets.";
            flow.text(STRONG.in_ink(DANGER), warning);
            flow.gap(3.0);
        }
        flow.paragraph(&format!(
            "This sheet holds one part of a secret key that opens encrypted archives. Alone it \
             opens nothing. Together, {} can open every archive that was sealed to this key. So \
             treat this sheet like the archives themselves.",
            self.quorum
        ));
    }

    fn describe(&self, flow: &mut Flow, code: &Code) {
        let (left, width) = (flow.left, flow.width);
        flow.need(CODE_SIDE + 3.0 * SMALL.leading);
        let (page, top) = (flow.page_count(), flow.y);
        let caption = "Public record, no secret";
        let x = left + width - CODE_SIDE;
        let used = code.draw(flow, x, top, CODE_SIDE, caption);
        flow.column(left, width - CODE_SIDE - 18.0, |flow| flow.facts(&self.facts()));
        if flow.page_count() == page {
            flow.y = flow.y.max(top + used);
        }
        flow.facts(&self.digests());
    }

    fn digests(&self) -> [(String, String); 2] {
        let words = |words: String, hex: String| format!("{words}\n{hex}");
        let key = words(self.fingerprint.to_words(), self.fingerprint.to_string());
        let share = words(self.commitment.to_words(), self.commitment.to_string());
        [("Fingerprint".to_owned(), key), ("Check words".to_owned(), share)]
    }

    fn facts(&self) -> Vec<(String, String)> {
        let fact = |label: &str, value: String| (label.to_owned(), value);
        vec![
            fact("Holder", self.holder.to_owned()),
            fact("Share", format!("group {}, member {}", self.group, self.member)),
            fact("Quorum", self.quorum.to_owned()),
            fact("Environment", self.environment.to_string()),
            fact("Key", self.key.to_string()),
            fact("Made on", self.created.to_words()),
            fact("Split", self.split.to_string()),
        ]
    }
}

const INSTRUCTIONS: [&str; 4] = [
    "Keep it in its sealed bag, in a safe. Do not copy, photograph, scan or type it, except in a \
     key ceremony on a computer without a network.",
    "If you found it and do not know its holder: do not throw it away. Put it into an envelope, \
     seal and date it, and hand it to the management or the security office of the organisation \
     it belonged to. Archives may depend on it.",
    "To use it, bring it to a ceremony: the program Strongroom reads the words. Should that \
     program be gone: these are SLIP-39 words with an empty passphrase. Any software for that \
     standard turns the words of a quorum into the 32-byte seed of the key, and the published \
     format “archive-1” says how the seed opens an archive.",
    "Before you rely on it, compare the check words with those in the minutes.",
];
