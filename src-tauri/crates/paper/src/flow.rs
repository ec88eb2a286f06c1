//! A document that is filled from top to bottom and continues on the next page.

use terms::{Environment, Timestamp};
use zeroize::Zeroizing;

use crate::PaperError;
use crate::fonts::Fonts;
use crate::page::{Imprint, Mark, Page, write};
use crate::style::{
    BODY, BOTTOM, DANGER, HAIRLINE, HEADING, Ink, KICKER, MARGIN, MEASURE, PAGE_WIDTH, SMALL,
    STRONG, Style, TITLE, TOP, WHITE, ground,
};
use crate::wrap::{lines, shortened};

/// What every page of a document carries.
pub(crate) struct Masthead {
    /// The environment, where one is stated.
    pub(crate) environment: Option<Environment>,
    /// The kind of document, for the banner and the footer.
    pub(crate) kind: &'static str,
    /// The object and its digest, for the footer.
    pub(crate) object: String,
    /// The log's head, for the footer; empty where the document has none.
    pub(crate) log_head: String,
}

/// The place where the next thing goes.
pub(crate) struct Flow {
    pub(crate) fonts: Fonts,
    masthead: Masthead,
    pages: Vec<Page>,
    /// Distance of the next line's top from the page's top.
    pub(crate) y: f32,
    /// Left edge of what is set now.
    pub(crate) left: f32,
    /// Width of what is set now.
    pub(crate) width: f32,
}

const BANNER_HEIGHT: f32 = 34.0;

impl Flow {
    /// Begins the first page.
    pub(crate) fn new(masthead: Masthead) -> Result<Self, PaperError> {
        let fonts = Fonts::load()?;
        let mut flow =
            Self { fonts, masthead, pages: Vec::new(), y: TOP, left: MARGIN, width: MEASURE };
        flow.begin_page();
        Ok(flow)
    }

    /// How many pages there are so far.
    pub(crate) fn page_count(&self) -> usize {
        self.pages.len()
    }

    /// Begins a page unless `height` points are left on this one; whether it did.
    pub(crate) fn need(&mut self, height: f32) -> bool {
        let turns = self.y + height > BOTTOM;
        if turns {
            self.begin_page();
        }
        turns
    }

    /// Leaves room.
    pub(crate) fn gap(&mut self, height: f32) {
        self.y += height;
    }

    /// The kind and the name of the document.
    pub(crate) fn title(&mut self, kicker: &str, title: &str) {
        self.text(KICKER, kicker);
        self.text(TITLE, title);
        self.gap(6.0);
    }

    /// The name of a part, kept with the `follows` points after it.
    pub(crate) fn heading(&mut self, text: &str, follows: f32) {
        self.gap(14.0);
        self.need(HEADING.leading + 4.0 + follows);
        self.text(HEADING, text);
        self.gap(4.0);
    }

    /// A paragraph, line by line over as many pages as it needs.
    pub(crate) fn text(&mut self, style: Style, text: &str) {
        for line in lines(&self.fonts, style, text, self.width) {
            self.need(style.leading);
            self.line(self.left, self.y, style, line);
            self.y += style.leading;
        }
    }

    /// A paragraph for reading, with room after it.
    pub(crate) fn paragraph(&mut self, text: &str) {
        self.text(BODY, text);
        self.gap(5.0);
    }

    /// A paragraph with a hanging number or sign.
    pub(crate) fn item(&mut self, sign: &str, text: &str) {
        let rows = lines(&self.fonts, BODY, text, self.width - 16.0);
        for (index, line) in rows.into_iter().enumerate() {
            self.need(BODY.leading);
            if index == 0 {
                self.line(self.left, self.y, STRONG, sign.to_owned());
            }
            self.line(self.left + 16.0, self.y, BODY, line);
            self.y += BODY.leading;
        }
        self.gap(2.5);
    }

    /// One line at a place; `top` is the line's top, not its base line.
    pub(crate) fn line(&mut self, x: f32, top: f32, style: Style, text: String) {
        let y = top + style.ascent();
        self.mark(Mark::Text { x, y, style, text: Zeroizing::new(text) });
    }

    /// Puts a mark on the current page.
    pub(crate) fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// Lets `set` fill a narrower column that begins at the current height.
    pub(crate) fn column(&mut self, left: f32, width: f32, set: impl FnOnce(&mut Self)) {
        let outer = (self.left, self.width);
        (self.left, self.width) = (left, width);
        set(self);
        (self.left, self.width) = outer;
    }

    /// Writes the file.
    pub(crate) fn finish(mut self, dated: Timestamp, title: String) -> Result<Vec<u8>, PaperError> {
        let count = self.pages.len();
        let drill = self.masthead.environment.is_some_and(Environment::is_drill);
        for number in 1..=count {
            let footer = self.footer(number, count);
            if let Some(page) = self.pages.get_mut(number - 1) {
                page.extend(footer);
                if drill {
                    page.push(Mark::Watermark { text: "DRILL" });
                }
            }
        }
        write(&self.pages, Imprint { title, dated }, &self.fonts)
    }

    fn begin_page(&mut self) {
        self.pages.push(Page::new());
        self.y = TOP;
        let Some(environment) = self.masthead.environment else {
            return;
        };
        self.banner(environment);
    }

    /// The environment from edge to edge, so that it shows in a closed stack of paper.
    fn banner(&mut self, environment: Environment) {
        let name = environment.as_str().to_uppercase();
        let says = if environment.is_drill() {
            format!("{name}  ·  for training only, protects nothing")
        } else {
            name
        };
        self.band(ground(environment), says);
    }

    /// A band of `ink` from edge to edge; what follows is set below it.
    pub(crate) fn band(&mut self, ink: Ink, says: String) {
        self.mark(Mark::Ground { x: 0.0, y: 0.0, width: PAGE_WIDTH, height: BANNER_HEIGHT, ink });
        let style = STRONG.in_ink(WHITE);
        self.line(MARGIN, 10.0, style, says);
        let kind = format!("Strongroom  ·  {}", self.masthead.kind);
        let width = self.fonts.width(style.face, style.size, &kind);
        self.line(PAGE_WIDTH - MARGIN - width, 10.0, style, kind);
        self.y = BANNER_HEIGHT + 22.0;
    }

    fn footer(&self, number: usize, count: usize) -> Page {
        let top = BOTTOM + 14.0;
        let rule = Mark::Rule { x: MARGIN, y: top, width: MEASURE, ink: HAIRLINE, weight: 0.6 };
        let mut marks = vec![rule];
        let mut put = |x: f32, row: f32, style: Style, text: String| {
            let y = top + 4.0 + row * style.leading + style.ascent();
            marks.push(Mark::Text { x, y, style, text: Zeroizing::new(text) });
        };
        let of = format!("page {number} of {count}");
        let of_width = self.fonts.width(SMALL.face, SMALL.size, &of);
        put(MARGIN + MEASURE - of_width, 0.0, SMALL, of);
        let room = MEASURE - of_width - 12.0;
        let mut x = MARGIN;
        if let Some(environment) = self.masthead.environment {
            let name = environment.as_str();
            let name = if environment.is_drill() { name.to_uppercase() } else { name.to_owned() };
            let ink = if environment.is_drill() { DANGER } else { SMALL.ink };
            let style = Style { face: STRONG.face, ..SMALL.in_ink(ink) };
            let width = self.fonts.width(style.face, style.size, &name);
            put(x, 0.0, style, name);
            x += width + 6.0;
        }
        let object = format!("{}  ·  {}", self.masthead.kind, self.masthead.object);
        put(x, 0.0, SMALL, shortened(&self.fonts, SMALL, &object, room - (x - MARGIN)));
        if !self.masthead.log_head.is_empty() {
            let head = format!("log head  {}", self.masthead.log_head);
            put(MARGIN, 1.0, SMALL, shortened(&self.fonts, SMALL, &head, MEASURE));
        }
        marks
    }
}
