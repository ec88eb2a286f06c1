//! One question: who is asked for what, and why.

use std::time::Duration;

use minicbor::{Decode, Decoder, Encode, Encoder};
use quorum::ShareWords;
use quorum::slip39::SHARE_WORDS;
use secret::SecretText;
use terms::{Canonical, Digest, Environment, Fingerprint, KeyName};

use crate::{Form, FrameError, Line, Places};

/// How long the window waits for a key or a click unless something else is asked for, in seconds.
const IDLE_DEFAULT_S: u16 = 300;
const IDLE_MIN_S: u16 = 5;
const IDLE_MAX_S: u16 = 3600;

/// What an entry serves; the window shows it as words that people compare (entry-1 E4).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Subject {
    /// A restore plan.
    #[n(0)]
    Plan {
        /// The digest that its approvals carry.
        #[n(0)]
        digest: Digest,
    },
    /// A master key.
    #[n(1)]
    Key {
        /// Its name.
        #[n(0)]
        name: KeyName,
        /// What people compare.
        #[n(1)]
        fingerprint: Fingerprint,
    },
}

/// The colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode)]
#[cbor(index_only)]
pub enum Palette {
    /// Dark ink on light ground.
    #[default]
    #[n(0)]
    Light,
    /// Light ink on dark ground.
    #[n(1)]
    Dark,
}

/// How large the window begins; its type grows with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode)]
#[cbor(index_only)]
pub enum Size {
    /// A window before the others.
    #[default]
    #[n(0)]
    Window,
    /// The whole screen, for a projector.
    #[n(1)]
    Screen,
}

/// How the window looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode)]
pub struct Appearance {
    /// The colours.
    #[n(0)]
    pub palette: Palette,
    /// How large it begins.
    #[n(1)]
    pub size: Size,
}

/// The public part of a request, in the order of entry-1 E4.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Public {
    #[n(0)]
    pub(crate) operation: Line,
    #[n(1)]
    pub(crate) environment: Environment,
    #[n(2)]
    pub(crate) person: Line,
    #[n(3)]
    pub(crate) subject: Option<Subject>,
    #[n(4)]
    pub(crate) form: Form,
    #[n(5)]
    pub(crate) notice: Option<Line>,
    #[n(6)]
    pub(crate) appearance: Appearance,
    #[n(7)]
    pub(crate) idle_s: IdleSeconds,
}

impl Public {
    fn new(operation: Line, environment: Environment, person: Line, form: Form) -> Self {
        Self {
            operation,
            environment,
            person,
            subject: None,
            form,
            notice: None,
            appearance: Appearance::default(),
            idle_s: IdleSeconds(IDLE_DEFAULT_S),
        }
    }
}

impl Canonical for Public {
    const NAME: &'static str = "a request to the entry window";
}

/// Seconds without a key or a click after which the window closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IdleSeconds(u16);

/// One question for one person.
#[derive(Debug, PartialEq, Eq)]
pub struct Request {
    public: Public,
    share: Option<SecretText>,
}

impl Request {
    /// Asks `person` for what `form` says, within `operation`: a sentence without a full stop.
    ///
    /// # Errors
    ///
    /// [`FrameError::Share`] for a form that shows a share: [`Self::show`] makes that one.
    pub fn new(
        operation: Line,
        environment: Environment,
        person: Line,
        form: Form,
    ) -> Result<Self, FrameError> {
        Self::from_parts(Public::new(operation, environment, person, form), None)
    }

    /// Shows `share` to `person`, and asks for the words at `places`.
    ///
    /// # Errors
    ///
    /// [`FrameError::Share`] for a share of another length than 33 words.
    pub fn show(
        operation: Line,
        environment: Environment,
        person: Line,
        share: &ShareWords,
        places: Places,
    ) -> Result<Self, FrameError> {
        let form = Form::Show { places };
        Self::from_parts(Public::new(operation, environment, person, form), Some(share.to_text()))
    }

    /// Puts a request together that was read; the share stands where the form wants it, and only
    /// there (entry-1 E8).
    pub(crate) fn from_parts(
        public: Public,
        share: Option<SecretText>,
    ) -> Result<Self, FrameError> {
        let is_share = |text: &SecretText| {
            let words = ShareWords::parse(text.expose());
            words.is_ok_and(|words| words.word_count() == SHARE_WORDS && words.to_text() == *text)
        };
        let fits = match (&public.form, &share) {
            (Form::Show { .. }, Some(text)) => is_share(text),
            (Form::Show { .. }, None) => false,
            (_, share) => share.is_none(),
        };
        if fits { Ok(Self { public, share }) } else { Err(FrameError::Share) }
    }

    /// Says which plan or key the entry serves.
    #[must_use]
    pub fn about(mut self, subject: Subject) -> Self {
        self.public.subject = Some(subject);
        self
    }

    /// Says what was wrong with the answer before.
    #[must_use]
    pub fn with_notice(mut self, notice: Line) -> Self {
        self.public.notice = Some(notice);
        self
    }

    /// Chooses colours and size.
    #[must_use]
    pub fn in_appearance(mut self, appearance: Appearance) -> Self {
        self.public.appearance = appearance;
        self
    }

    /// Closes the window after `seconds` without a key or a click.
    ///
    /// # Errors
    ///
    /// [`FrameError::Idle`] for less than 5 seconds or more than an hour.
    pub fn idle_after(mut self, seconds: u16) -> Result<Self, FrameError> {
        self.public.idle_s = IdleSeconds::new(seconds)?;
        Ok(self)
    }

    /// What is being done.
    pub fn operation(&self) -> &Line {
        &self.public.operation
    }

    /// The environment it is done in.
    pub fn environment(&self) -> Environment {
        self.public.environment
    }

    /// Who is asked.
    pub fn person(&self) -> &Line {
        &self.public.person
    }

    /// What the entry serves.
    pub fn subject(&self) -> Option<&Subject> {
        self.public.subject.as_ref()
    }

    /// What is asked for.
    pub fn form(&self) -> &Form {
        &self.public.form
    }

    /// What was wrong with the answer before.
    pub fn notice(&self) -> Option<&Line> {
        self.public.notice.as_ref()
    }

    /// Colours and size.
    pub fn appearance(&self) -> Appearance {
        self.public.appearance
    }

    /// How long the window waits for a key or a click.
    pub fn idle(&self) -> Duration {
        Duration::from_secs(self.public.idle_s.0.into())
    }

    /// The share that is shown, in its words.
    pub fn share(&self) -> Option<&SecretText> {
        self.share.as_ref()
    }

    pub(crate) fn public(&self) -> &Public {
        &self.public
    }
}

impl IdleSeconds {
    fn new(seconds: u16) -> Result<Self, FrameError> {
        let is_allowed = (IDLE_MIN_S..=IDLE_MAX_S).contains(&seconds);
        is_allowed.then_some(Self(seconds)).ok_or(FrameError::Idle { seconds })
    }
}

impl<C> Encode<C> for IdleSeconds {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.u16(self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for IdleSeconds {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        Self::new(d.u16()?).map_err(minicbor::decode::Error::custom)
    }
}
