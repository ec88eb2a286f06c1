//! Rows and columns: facts, lists with a head that every page repeats, and lines to write on.

use crate::flow::Flow;
use crate::page::Mark;
use crate::style::{
    BODY, BOTTOM, CELL, COLUMN, HAIRLINE, INK, LABEL, MONO, MONO_CELL, QUIET, SMALL, Style, TOP,
};
use crate::wrap::lines;

/// A column: its head and its share of the width.
pub(crate) struct Column {
    pub(crate) head: &'static str,
    pub(crate) part: f32,
    /// Set in the mono face.
    pub(crate) exact: bool,
}

impl Column {
    /// A column for reading.
    pub(crate) const fn new(head: &'static str, part: f32) -> Self {
        Self { head, part, exact: false }
    }

    /// A column of times, serials or digests.
    pub(crate) const fn exact(head: &'static str, part: f32) -> Self {
        Self { head, part, exact: true }
    }

    fn style(&self) -> Style {
        if self.exact { MONO_CELL } else { CELL }
    }
}

const CELL_GAP: f32 = 10.0;
const CELL_PAD: f32 = 3.0;
const LABEL_WIDTH: f32 = 78.0;

impl Flow {
    /// Rows under a head. A row moves to the next page whole, unless it is taller than a page.
    pub(crate) fn table(&mut self, columns: &[Column], rows: &[Vec<String>]) {
        self.table_head(columns);
        for row in rows {
            let cells = self.wrapped(columns, row);
            let count = cells.iter().map(Vec::len).max().unwrap_or(0);
            self.table_row(columns, cells, count);
        }
        self.gap(4.0);
    }

    /// Labels and values; a value of several lines keeps them, and an exact one is set in mono.
    pub(crate) fn facts(&mut self, facts: &[(String, String)]) {
        for (label, value) in facts {
            let width = self.width - LABEL_WIDTH - CELL_GAP;
            let mut labels = lines(&self.fonts, LABEL, label, LABEL_WIDTH).into_iter();
            let values: Vec<_> = value
                .lines()
                .flat_map(|part| {
                    let style = value_style(part);
                    lines(&self.fonts, style, part, width).into_iter().map(move |l| (style, l))
                })
                .collect();
            let mut values = values.into_iter();
            let rows = labels.len().max(values.len());
            for _ in 0..rows {
                self.need(BODY.leading);
                if let Some(line) = labels.next() {
                    self.line(self.left, self.y, LABEL, line);
                }
                if let Some((style, line)) = values.next() {
                    self.line(self.left + LABEL_WIDTH + CELL_GAP, self.y, style, line);
                }
                self.y += BODY.leading;
            }
            self.gap(2.0);
        }
    }

    /// Empty fields side by side, each a line to write on with its label below.
    pub(crate) fn fields(&mut self, fields: &[(&'static str, f32)]) {
        let total: f32 = fields.iter().map(|(_, part)| part).sum();
        let room = self.width - CELL_GAP * gaps(fields.len());
        let height = 38.0;
        self.need(height);
        let (mut x, y) = (self.left, self.y + 24.0);
        for (label, part) in fields {
            let width = room * part / total;
            self.mark(Mark::Rule { x, y, width, ink: QUIET, weight: 0.7 });
            self.line(x, y + 2.0, SMALL, (*label).to_owned());
            x += width + CELL_GAP;
        }
        self.y += height;
    }

    /// Name and role of a person, two boxes to choose from, and a line for signature and date.
    pub(crate) fn agreement(&mut self, name: &str, role: &str) {
        let (left, width) = (self.left, self.width);
        let who = lines(&self.fonts, CELL_NAME, name, width * 0.26);
        let what = lines(&self.fonts, SMALL, role, width * 0.26);
        let height = CELL_NAME.leading * count(who.len()) + SMALL.leading * count(what.len());
        self.need(height.max(36.0));
        let top = self.y;
        for line in who {
            self.line(left, self.y, CELL_NAME, line);
            self.y += CELL_NAME.leading;
        }
        for line in what {
            self.line(left, self.y, SMALL, line);
            self.y += SMALL.leading;
        }
        for (row, says) in [(0.0, "I agree"), (1.0, "I do not agree")] {
            let (x, y) = (left + width * 0.29, top + 2.0 + row * 14.0);
            self.mark(Mark::Frame { x, y: y + 1.5, width: 8.5, height: 8.5, ink: INK });
            self.line(x + 14.0, y, CELL, says.to_owned());
        }
        for (from, to, label) in [(0.48, 0.78, "signature"), (0.81, 1.0, "date")] {
            let (x, y) = (left + width * from, top + 24.0);
            self.mark(Mark::Rule { x, y, width: width * (to - from), ink: QUIET, weight: 0.7 });
            self.line(x, y + 2.0, SMALL, label.to_owned());
        }
        self.y = top + height.max(36.0) + 10.0;
    }

    fn table_head(&mut self, columns: &[Column]) {
        self.need(COLUMN.leading + 2.0 * CELL_PAD + 2.0 * CELL.leading);
        for (x, column, _) in places(self.left, self.width, columns) {
            self.line(x, self.y, COLUMN, column.head.to_owned());
        }
        self.y += COLUMN.leading + 1.5;
        let (x, y, width) = (self.left, self.y, self.width);
        self.mark(Mark::Rule { x, y, width, ink: QUIET, weight: 0.7 });
    }

    fn wrapped(&self, columns: &[Column], row: &[String]) -> Vec<Vec<String>> {
        places(self.left, self.width, columns)
            .zip(row)
            .map(|((_, column, width), text)| lines(&self.fonts, column.style(), text, width))
            .collect()
    }

    fn table_row(&mut self, columns: &[Column], cells: Vec<Vec<String>>, count_lines: usize) {
        let height = CELL.leading * count(count_lines) + 2.0 * CELL_PAD;
        let page_holds = BOTTOM - TOP - 60.0;
        if height <= page_holds && self.y + height > BOTTOM {
            self.need(height);
            self.table_head(columns);
        }
        self.y += CELL_PAD;
        let mut cells: Vec<_> = cells.into_iter().map(Vec::into_iter).collect();
        for _ in 0..count_lines {
            if self.need(CELL.leading) {
                self.table_head(columns);
                self.y += CELL_PAD;
            }
            let places: Vec<_> = places(self.left, self.width, columns).collect();
            for ((x, column, _), lines) in places.into_iter().zip(&mut cells) {
                if let Some(line) = lines.next() {
                    self.line(x, self.y, column.style(), line);
                }
            }
            self.y += CELL.leading;
        }
        self.y += CELL_PAD;
        let (x, y, width) = (self.left, self.y, self.width);
        self.mark(Mark::Rule { x, y, width, ink: HAIRLINE, weight: 0.4 });
    }
}

const CELL_NAME: Style = Style { face: crate::fonts::Face::Semibold, ..CELL };

/// Left edge, column and width, from left to right.
fn places(left: f32, width: f32, columns: &[Column]) -> impl Iterator<Item = (f32, &Column, f32)> {
    let total: f32 = columns.iter().map(|column| column.part).sum();
    let room = width - CELL_GAP * gaps(columns.len());
    let mut x = left;
    columns.iter().map(move |column| {
        let width = room * column.part / total;
        let place = (x, column, width);
        x += width + CELL_GAP;
        place
    })
}

/// What is compared character by character: one long word with a digit in it.
fn value_style(value: &str) -> Style {
    let exact =
        value.len() >= 12 && !value.contains(' ') && value.contains(|c: char| c.is_ascii_digit());
    if exact { MONO } else { BODY }
}

fn gaps(columns: usize) -> f32 {
    count(columns.saturating_sub(1))
}

/// A count of lines or columns as a factor; beyond 65 535 a page is full anyway.
fn count(items: usize) -> f32 {
    f32::from(u16::try_from(items).unwrap_or(u16::MAX))
}
