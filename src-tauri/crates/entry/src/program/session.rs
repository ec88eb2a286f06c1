//! One question from the first picture to the answer.

use std::fs::File;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use entry::{Outcome, Request};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use secret::SecretText;
use x11rb::protocol::Event;

use crate::asking::{Asking, Control, Key, Step};
use crate::canvas::Canvas;
use crate::display::{Display, DisplayError};
use crate::forms;
use crate::picture::{self, Surroundings, Targets};
use crate::type_face::Faces;

/// How often the window looks at the clock, and tries to take the keyboard.
const TICK: Duration = Duration::from_millis(250);
/// When the window begins to say that it will close.
const SOON: Duration = Duration::from_secs(30);

/// How a session ended.
pub(crate) enum Ended {
    /// With an answer.
    Answered(Outcome, Option<SecretText>),
    /// The asker is gone; there is nobody to answer (entry-1 E14).
    AskerGone,
}

/// A form on its window.
pub(crate) struct Session<'a> {
    request: &'a Request,
    display: Display,
    canvas: Canvas,
    form: Box<dyn Asking>,
    targets: Targets,
    around: Surroundings,
    last_touch: Instant,
    is_stale: bool,
}

impl<'a> Session<'a> {
    /// Opens the window for a request.
    pub(crate) fn open(request: &'a Request) -> Result<Self, DisplayError> {
        let display = Display::open(request)?;
        let faces = Faces::bundled().ok_or(DisplayError::Fonts)?;
        let (width, height) = display.size;
        let canvas = Canvas::new(width, height, faces).ok_or(DisplayError::Colours)?;
        Ok(Self {
            request,
            display,
            canvas,
            form: forms::form_of(request),
            targets: Targets::new(),
            around: Surroundings { is_locked: true, has_keyboard: true, ..Surroundings::default() },
            last_touch: Instant::now(),
            // The first picture comes when the window is on the screen.
            is_stale: false,
        })
    }

    /// Asks until there is an answer, or nobody to answer; the window is gone when it returns.
    pub(crate) fn run(mut self, input: &File) -> Result<Ended, DisplayError> {
        let ended = self.ask(input)?;
        // First what is on the screen, then what is in memory (entry-1 E15).
        self.display.close()?;
        Ok(ended)
    }

    fn ask(&mut self, input: &File) -> Result<Ended, DisplayError> {
        loop {
            while let Some(event) = self.display.event()? {
                if let Step::Done(outcome, secret) = self.take(&event)? {
                    return Ok(Ended::Answered(outcome, secret));
                }
            }
            if self.look_around()? {
                return Ok(Ended::Answered(Outcome::Idle, None));
            }
            if self.is_stale {
                self.paint()?;
            }
            if self.asker_is_gone(input)? {
                return Ok(Ended::AskerGone);
            }
        }
    }

    /// Takes one event.
    fn take(&mut self, event: &Event) -> Result<Step, DisplayError> {
        match event {
            Event::KeyPress(event) => {
                let press = self.display.keyboard.press(event);
                self.touched();
                self.around.has_caps = press.has_caps;
                return Ok(match press.key {
                    Some(Key::Escape) => Step::CANCEL,
                    Some(key) => self.form.press(key),
                    None => Step::Stay,
                });
            }
            Event::ButtonPress(event) if event.detail == 1 => {
                self.touched();
                let point = self.canvas.unscaled(event.event_x, event.event_y);
                let hit = self.targets.iter().rev().find(|(area, _)| area.contains(point));
                return Ok(match hit.map(|(_, control)| *control) {
                    Some(Control::Cancel) => Step::CANCEL,
                    Some(control) => self.form.click(control),
                    None => Step::Stay,
                });
            }
            Event::ConfigureNotify(event) => self.resize(event.width, event.height),
            Event::Expose(_) => self.is_stale = true,
            Event::MapNotify(_) => self.display.take_keyboard()?,
            Event::MappingNotify(_) => self.display.read_keyboard()?,
            event if self.display.is_close(event) => return Ok(Step::CANCEL),
            _ => {}
        }
        Ok(Step::Stay)
    }

    fn touched(&mut self) {
        self.last_touch = Instant::now();
        self.is_stale = true;
    }

    fn resize(&mut self, width: u16, height: u16) {
        if (width, height) == self.display.size {
            return;
        }
        let Some(faces) = Faces::bundled() else { return };
        if let Some(canvas) = Canvas::new(width, height, faces) {
            self.canvas = canvas;
            self.display.size = (width, height);
            self.is_stale = true;
        }
    }

    /// Looks at the clock, the keyboard and the memory; true when the person is away too long.
    fn look_around(&mut self) -> Result<bool, DisplayError> {
        if !self.display.has_keyboard {
            self.display.take_keyboard()?;
        }
        let left = self.request.idle().saturating_sub(self.last_touch.elapsed());
        let around = Surroundings {
            has_caps: self.around.has_caps,
            has_keyboard: self.display.has_keyboard,
            is_locked: secret::protection().locked,
            closes_in_s: (left < SOON.min(self.request.idle() / 2)).then_some(left.as_secs()),
        };
        self.is_stale |= around != self.around;
        self.around = around;
        Ok(left.is_zero())
    }

    fn paint(&mut self) -> Result<(), DisplayError> {
        let view = self.form.view();
        let title = match &view.problem {
            Some(problem) => format!("Strongroom: {}. {problem}", view.progress),
            None => format!("Strongroom: {}", view.progress),
        };
        self.targets = picture::draw(&mut self.canvas, self.request, &view, self.around);
        self.display.show(&mut self.canvas)?;
        self.display.entitle(&title)?;
        self.is_stale = false;
        Ok(())
    }

    /// Waits for an event or the next tick; true when the asker closed its end, or says more.
    fn asker_is_gone(&self, input: &File) -> Result<bool, DisplayError> {
        let tick = Timespec { tv_sec: 0, tv_nsec: TICK.subsec_nanos().into() };
        let display = self.display.as_fd();
        let mut fds = [
            PollFd::from_borrowed_fd(input.as_fd(), PollFlags::IN),
            PollFd::from_borrowed_fd(display, PollFlags::IN),
        ];
        match poll(&mut fds, Some(&tick)) {
            Ok(_) => Ok(!fds[0].revents().is_empty()),
            Err(rustix::io::Errno::INTR) => Ok(false),
            Err(error) => Err(DisplayError::Wait(error)),
        }
    }
}
