//! The display: one window of the X server of this machine.

use std::os::fd::{AsFd, BorrowedFd};

use entry::{Request, Size};
use x11rb::connection::{Connection, RequestConnection};
use x11rb::errors::ReplyOrIdError;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ConnectionExt as _, CreateWindowAux, EventMask, Gcontext, GrabMode, GrabStatus,
    ImageFormat, ImageOrder, PropMode, Screen, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use crate::canvas::{Canvas, HEIGHT, WIDTH};
use crate::keyboard::Keyboard;
use crate::palette::Colours;

x11rb::atom_manager! {
    /// The names that window managers understand.
    Atoms: AtomsCookie {
        UTF8_STRING,
        WM_DELETE_WINDOW,
        WM_PROTOCOLS,
        _NET_WM_NAME,
        _NET_WM_STATE,
        _NET_WM_STATE_ABOVE,
        _NET_WM_STATE_FULLSCREEN,
        _NET_WM_WINDOW_TYPE,
        _NET_WM_WINDOW_TYPE_DIALOG,
    }
}

/// Bytes of a `PutImage` request before its pixels, with room for a long length.
const PUT_IMAGE_HEADER: usize = 28;
/// How much of the screen a window takes that is no whole screen.
const SHARE_OF_SCREEN: f32 = 0.86;

/// Why there is no window.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DisplayError {
    #[error(transparent)]
    Connect(#[from] x11rb::errors::ConnectError),
    #[error(transparent)]
    Connection(#[from] x11rb::errors::ConnectionError),
    #[error(transparent)]
    Reply(#[from] x11rb::errors::ReplyError),
    #[error(transparent)]
    Id(#[from] ReplyOrIdError),
    #[error("the display has no 24-bit colours in 32-bit pixels")]
    Colours,
    #[error("the bundled fonts are damaged")]
    Fonts,
    #[error(transparent)]
    Wait(rustix::io::Errno),
}

/// The window on its display.
pub(crate) struct Display {
    connection: RustConnection,
    atoms: Atoms,
    window: Window,
    pen: Gcontext,
    depth: u8,
    /// Width and height in pixels.
    pub(crate) size: (u16, u16),
    /// What the keys mean.
    pub(crate) keyboard: Keyboard,
    /// The keyboard belongs to this window alone.
    pub(crate) has_keyboard: bool,
}

impl Display {
    /// Connects and shows the window, still empty.
    pub(crate) fn open(request: &Request) -> Result<Self, DisplayError> {
        let (connection, number) = x11rb::connect(None)?;
        connection.prefetch_maximum_request_bytes();
        let keyboard = Keyboard::of(&connection)?;
        let atoms = Atoms::new(&connection)?.reply()?;
        let screen = connection.setup().roots.get(number).ok_or(DisplayError::Colours)?.clone();
        if !has_plain_pixels(&connection, &screen) {
            return Err(DisplayError::Colours);
        }
        let size = size_on(&screen, request.appearance().size);
        let ids = (connection.generate_id()?, connection.generate_id()?);
        let depth = screen.root_depth;
        let (window, pen) = ids;
        let display =
            Self { connection, atoms, window, pen, depth, size, keyboard, has_keyboard: false };
        display.create(&screen, request)?;
        Ok(display)
    }

    fn create(&self, screen: &Screen, request: &Request) -> Result<(), DisplayError> {
        let (width, height) = self.size;
        let x = i16::try_from((screen.width_in_pixels - width) / 2).unwrap_or_default();
        let y = i16::try_from((screen.height_in_pixels - height) / 2).unwrap_or_default();
        let events = EventMask::KEY_PRESS
            | EventMask::BUTTON_PRESS
            | EventMask::EXPOSURE
            | EventMask::STRUCTURE_NOTIFY;
        let ground = Colours::of(request.appearance().palette).ground.to_color_u8();
        let ground = u32::from_be_bytes([0, ground.red(), ground.green(), ground.blue()]);
        let look = CreateWindowAux::new().background_pixel(ground).event_mask(events);
        self.connection.create_window(
            self.depth,
            self.window,
            screen.root,
            x,
            y,
            width,
            height,
            0,
            WindowClass::INPUT_OUTPUT,
            screen.root_visual,
            &look,
        )?;
        self.connection.create_gc(self.pen, self.window, &Default::default())?;
        let atoms = &self.atoms;
        let is_screen = request.appearance().size == Size::Screen;
        let state =
            if is_screen { atoms._NET_WM_STATE_FULLSCREEN } else { atoms._NET_WM_STATE_ABOVE };
        for (name, value) in [
            (atoms.WM_PROTOCOLS, atoms.WM_DELETE_WINDOW),
            (atoms._NET_WM_WINDOW_TYPE, atoms._NET_WM_WINDOW_TYPE_DIALOG),
            (atoms._NET_WM_STATE, state),
        ] {
            let replace = PropMode::REPLACE;
            self.connection.change_property32(
                replace,
                self.window,
                name,
                AtomEnum::ATOM,
                &[value],
            )?;
        }
        let class = b"strongroom-entry\0Strongroom\0";
        self.connection.change_property8(
            PropMode::REPLACE,
            self.window,
            AtomEnum::WM_CLASS,
            AtomEnum::STRING,
            class,
        )?;
        self.connection.map_window(self.window)?;
        Ok(self.connection.flush()?)
    }

    /// Says in the title what the window says; it is read out where titles are.
    pub(crate) fn entitle(&self, title: &str) -> Result<(), DisplayError> {
        let Atoms { UTF8_STRING: utf8, _NET_WM_NAME: name, .. } = self.atoms;
        let bytes = title.as_bytes();
        self.connection.change_property8(PropMode::REPLACE, self.window, name, utf8, bytes)?;
        Ok(self.connection.flush()?)
    }

    /// Shows the picture and wipes it.
    pub(crate) fn show(&self, canvas: &mut Canvas) -> Result<(), DisplayError> {
        let setup = self.connection.setup();
        let pixels = canvas.take_pixels(setup.image_byte_order == ImageOrder::MSB_FIRST);
        let (width, height) = self.size;
        let row = usize::from(width) * 4;
        let room = self.connection.maximum_request_bytes().saturating_sub(PUT_IMAGE_HEADER);
        let rows = (room / row).clamp(1, usize::from(height));
        let mut y = 0_u16;
        for band in pixels.chunks(rows * row) {
            let lines = u16::try_from(band.len() / row).unwrap_or_default();
            self.connection.put_image(
                ImageFormat::Z_PIXMAP,
                self.window,
                self.pen,
                width,
                lines,
                0,
                i16::try_from(y).unwrap_or_default(),
                0,
                self.depth,
                band,
            )?;
            y += lines;
        }
        Ok(self.connection.flush()?)
    }

    /// Takes the keyboard for this window alone, so that no other window is typed into by mistake.
    ///
    /// Another program may hold it for a moment; the caller tries again.
    pub(crate) fn take_keyboard(&mut self) -> Result<(), DisplayError> {
        let asynchronous = GrabMode::ASYNC;
        let grab = self.connection.grab_keyboard(
            true,
            self.window,
            x11rb::CURRENT_TIME,
            asynchronous,
            asynchronous,
        )?;
        self.has_keyboard = grab.reply()?.status == GrabStatus::SUCCESS;
        Ok(())
    }

    /// The next event that is here already.
    pub(crate) fn event(&self) -> Result<Option<Event>, DisplayError> {
        Ok(self.connection.poll_for_event()?)
    }

    /// Asks for the keyboard map again after it changed.
    pub(crate) fn read_keyboard(&mut self) -> Result<(), DisplayError> {
        self.keyboard = Keyboard::of(&self.connection)?;
        Ok(())
    }

    /// Whether a message is the request of the window manager to close.
    pub(crate) fn is_close(&self, event: &Event) -> bool {
        let Event::ClientMessage(message) = event else { return false };
        message.format == 32 && message.data.as_data32()[0] == self.atoms.WM_DELETE_WINDOW
    }

    /// Paints the window empty and takes it from the screen, and waits until that is done.
    pub(crate) fn close(&self) -> Result<(), DisplayError> {
        self.connection.clear_area(false, self.window, 0, 0, 0, 0)?;
        self.connection.destroy_window(self.window)?;
        Ok(self.connection.sync()?)
    }

    /// What becomes readable with the next event.
    pub(crate) fn as_fd(&self) -> BorrowedFd<'_> {
        self.connection.stream().as_fd()
    }
}

fn has_plain_pixels(connection: &impl Connection, screen: &Screen) -> bool {
    let formats = &connection.setup().pixmap_formats;
    let format = formats.iter().find(|format| format.depth == screen.root_depth);
    let mut visuals = screen.allowed_depths.iter().flat_map(|depth| &depth.visuals);
    let visual = visuals.find(|visual| visual.visual_id == screen.root_visual);
    format.is_some_and(|format| format.bits_per_pixel == 32)
        && visual.is_some_and(|visual| visual.red_mask == 0xff_0000 && visual.blue_mask == 0xff)
}

/// The size of the window: the whole screen, or most of it in the shape of the picture.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of a screen")]
fn size_on(screen: &Screen, size: Size) -> (u16, u16) {
    let (width, height) = (screen.width_in_pixels, screen.height_in_pixels);
    if size == Size::Screen {
        return (width, height);
    }
    let scale = (f32::from(width) / WIDTH).min(f32::from(height) / HEIGHT) * SHARE_OF_SCREEN;
    // A picture that fits in its own size is not made smaller than that.
    let fits = f32::from(width) >= WIDTH && f32::from(height) >= HEIGHT;
    let scale = if fits { scale.max(1.0) } else { scale / SHARE_OF_SCREEN };
    ((WIDTH * scale) as u16, (HEIGHT * scale) as u16)
}
