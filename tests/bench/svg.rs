//! Drawing: a page that is legible on light and on dark ground, and a few shapes on it.

use std::fmt::Write as _;

/// Space around everything, in pixels.
pub(crate) const MARGIN: f64 = 24.0;

/// The colours of the window, in its light and its dark look.
const STYLE: &str = "\
text{font:13px Inter,'Source Sans 3','Helvetica Neue',Arial,sans-serif;fill:#17212b}\
.title{font-size:17px;font-weight:600}.head,.ours{font-weight:600}\
.note,.tick{fill:#525c66;font-size:12px}\
.paper{fill:#fdfcfa}.grid{stroke:#e6e3dc}.axis{stroke:#a3a9ae}\
.bar{fill:#c6ccd2}.bar-ours{fill:#1d4f7c}.bar-kin{fill:#86aacb}\
.hollow{fill:none;stroke:#a3a9ae}.whisker{stroke:#17212b;stroke-opacity:.65}\
.bound{stroke:#b5761a;stroke-width:1.5;stroke-dasharray:4 3}\
.bound-text{fill:#8f5a0d;font-size:12px}\
.line{fill:none;stroke-width:2}\
.l0{stroke:#1d4f7c}.l1{stroke:#b5561a}.l2{stroke:#2c8068}.l3{stroke:#7a4fb0}.l4{stroke:#b03a68}\
.l5{stroke:#5d6670}.t0{fill:#1d4f7c}.t1{fill:#a44a12}.t2{fill:#226b56}.t3{fill:#6a3fa0}\
.t4{fill:#a02f5b}.t5{fill:#4d565f}\
@media(prefers-color-scheme:dark){text{fill:#eceae4}.note,.tick{fill:#a9b4be}\
.paper{fill:#12181f}.grid{stroke:#28313b}.axis{stroke:#66717c}\
.bar{fill:#46515c}.bar-ours{fill:#8cbdec}.bar-kin{fill:#3d668d}\
.hollow{stroke:#66717c}.whisker{stroke:#eceae4}\
.bound{stroke:#e0a84b}.bound-text{fill:#e0a84b}\
.l0{stroke:#8cbdec}.l1{stroke:#ee9a63}.l2{stroke:#6ecbad}.l3{stroke:#c3a2f2}.l4{stroke:#f08cb0}\
.l5{stroke:#a9b4be}.t0{fill:#8cbdec}.t1{fill:#ee9a63}.t2{fill:#6ecbad}.t3{fill:#c3a2f2}\
.t4{fill:#f08cb0}.t5{fill:#a9b4be}}";

/// A picture that grows downwards.
pub(crate) struct Page {
    body: String,
    width: f64,
    height: f64,
}

/// Which end of a text stands at its place.
#[derive(Clone, Copy)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

impl Page {
    /// An empty page of a size, with a title and a line below it.
    pub(crate) fn new((width, height): (f64, f64), title: &str, below: &str) -> Self {
        let mut page = Self { body: String::new(), width, height };
        page.text("title", Anchor::Start, (MARGIN, 38.0), title);
        page.text("note", Anchor::Start, (MARGIN, 58.0), below);
        page
    }

    /// Writes `text` at a place.
    pub(crate) fn text(&mut self, class: &str, anchor: Anchor, (x, y): (f64, f64), text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        let _ = writeln!(
            self.body,
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">\
             {text}</text>"
        );
    }

    /// Draws a line between two places.
    pub(crate) fn line(&mut self, class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
        let _ =
            writeln!(self.body, "<path class=\"{class}\" d=\"M{x1:.1} {y1:.1}L{x2:.1} {y2:.1}\"/>");
    }

    /// Draws a box.
    pub(crate) fn rect(&mut self, class: &str, (x, y): (f64, f64), (width, height): (f64, f64)) {
        let _ = writeln!(
            self.body,
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" \
             height=\"{height:.1}\" rx=\"2\"/>"
        );
    }

    /// Draws a line through places, with a dot on each.
    pub(crate) fn curve(&mut self, colour: usize, places: &[(f64, f64)]) {
        for pair in places.windows(2) {
            self.line(&format!("line l{colour}"), pair[0], pair[1]);
        }
        for (x, y) in places {
            let _ = writeln!(
                self.body,
                "<circle class=\"dot t{colour}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\"/>"
            );
        }
    }

    /// The picture as a file.
    pub(crate) fn finish(self) -> String {
        let Self { body, width, height } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
             width=\"{width:.0}\" height=\"{height:.0}\">\n<style>{STYLE}</style>\n\
             <rect class=\"paper\" width=\"{width:.0}\" height=\"{height:.0}\" rx=\"8\"/>\n\
             {body}</svg>\n"
        )
    }
}
