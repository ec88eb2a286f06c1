//! A sheet to try printer, paper and bag with: laid out like a share, and never one.

use secret::SecretText;
use terms::Timestamp;

use crate::PaperError;
use crate::code::Code;
use crate::flow::{Flow, Masthead};
use crate::page::Mark;
use crate::share_sheet::{CODE_SIDE, SEALED};
use crate::style::{BODY, DANGER, SMALL, STRONG};

/// A test print of a share sheet; holds nothing of any vault (paper-1 P13).
///
/// None of its words is on the SLIP-39 list, so every reader that keeps share-1 S4 refuses the
/// first of them before it looks at a checksum; no correction of a few words makes them a share.
/// Its code has another beginning than that of a share (share-1 S19).
#[derive(Debug)]
pub struct TestPrint {
    /// When it was made.
    pub created: Timestamp,
}

impl TestPrint {
    /// The 33 words that every test print shows, separated by spaces.
    pub const WORDS: &str = "specimen testing printed nothing opening dummy pretend wobble kettle \
        biscuit bathtub yogurt quilt zigzag jigsaw vanilla bonfire doorbell giraffe meadow pickle \
        rhubarb saffron toffee sandwich teapot whistle oxygen noodle magpie lantern kiosk igloo";

    /// Renders the sheet as PDF, on one page.
    ///
    /// # Errors
    ///
    /// The program is damaged; no value of this type is refused.
    pub fn render(&self) -> Result<Vec<u8>, PaperError> {
        let code = Code::new(&code_text())?;
        let object = "no share of any key".to_owned();
        let log_head = String::new();
        let masthead = Masthead { environment: None, kind: "test print", object, log_head };
        let mut flow = Flow::new(masthead)?;
        flow.band(DANGER, "TEST PRINT  ·  no share, opens nothing".to_owned());
        flow.title("TEST PRINT", "This is no share of a key");
        flow.paragraph(
            "This sheet is laid out like a share, so that printer, paper, pen and bag can be tried \
             before the ceremony. Its words are on no list and its code holds no record: \
             no program takes it for a share. Destroy it after the trial, so that nobody ever \
             files it with real sheets.",
        );
        flow.gap(4.0);
        flow.text(STRONG.in_ink(DANGER), "33 words that are no share: can all be read?");
        flow.gap(4.0);
        flow.word_grid(&SecretText::from_exposed(Self::WORDS))?;
        flow.gap(12.0);
        let (left, width, top) = (flow.left, flow.width, flow.y);
        flow.need(CODE_SIDE + 3.0 * SMALL.leading);
        let x = left + width - CODE_SIDE;
        let used = code.draw(&mut flow, x, top, CODE_SIDE, "Test print, no record");
        flow.column(left, width - CODE_SIDE - 18.0, |flow| {
            let made = ("Made on".to_owned(), self.created.to_words());
            flow.facts(&[("Holder".to_owned(), "nobody: TEST PRINT".to_owned()), made]);
        });
        flow.y = flow.y.max(top + used);
        flow.heading("What to try", BODY.leading * 3.0);
        for (sign, text) in (1..).zip(TRIALS) {
            flow.item(&sign.to_string(), text);
        }
        flow.gap(2.0);
        flow.fields(&SEALED);
        flow.mark(Mark::Watermark { text: "TEST" });
        flow.finish(self.created, "TEST PRINT, no share".to_owned())
    }
}

/// As long as the code of a usual share, so that its modules are as small.
fn code_text() -> String {
    format!("STRONGROOM:TEST-PRINT:1:{}", "THIS IS NO SHARE ".repeat(28))
}

const TRIALS: [&str; 4] = [
    "Every word and every number can be read at arm’s length, and no line is missing.",
    "A telephone reads the code and shows THIS IS NO SHARE. It may photograph this sheet; never a \
     real one.",
    "The pen does not smear in the fields below.",
    "The folded sheet goes into the bag, the bag closes, and no word shows through \
     it against a lamp.",
];
