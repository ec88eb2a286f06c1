//! A question that is open while a test types.

use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread::JoinHandle;

use entry::{
    Answer, EntryError, EntryWindow, Form, Line, Places, Range, Request, Subject, Tries,
    write_request,
};
use quorum::ShareWords;
use terms::{Digest, Environment, Fingerprint, KeyName};

use crate::screen::Screen;

/// A share of a drill key, from the vectors of share-1.
pub(crate) const SHARE: &str = "scroll type acrobat echo amazing valid axis romp party duckling \
    froth hour entrance fact regular guilt prisoner dream check kitchen orbit rhythm legs pacific \
    bundle provide width cargo density spark alien evening gross";

pub(crate) fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_strongroom-entry"))
}

pub(crate) fn line(text: &str) -> Line {
    Line::new(text).unwrap()
}

/// A question about a drill.
pub(crate) fn drill(form: Form) -> Request {
    let request = Request::new(
        line("Approve the restore of the payroll archive"),
        Environment::Drill,
        line("Ada Kern"),
        form,
    );
    request.unwrap().about(Subject::Plan { digest: Digest::from_bytes([0xa7; 32]) })
}

/// A question about production.
pub(crate) fn production(form: Form) -> Request {
    let request = Request::new(
        line("Prove that the sheet can still be read"),
        Environment::Production,
        line("Ben Okafor"),
        form,
    );
    let name = KeyName { environment: Environment::Production, version: 3 };
    let fingerprint = Fingerprint::from_bytes([0x5c; 20]);
    request.unwrap().about(Subject::Key { name, fingerprint })
}

pub(crate) fn pin(tries_left: u8) -> Form {
    Form::Pin {
        device: line("YubiKey 21 504 933"),
        tries_left: Tries::new(tries_left).unwrap(),
        range: Range::new(6, 8).unwrap(),
    }
}

pub(crate) fn words() -> Form {
    Form::Words { sheet: line("the sheet of Ben Okafor") }
}

pub(crate) fn show(places: Places) -> Request {
    let words = ShareWords::parse(SHARE).unwrap();
    let operation = line("Write down a share of the new key");
    let person = line("Ada Kern");
    Request::show(operation, Environment::Production, person, &words, places).unwrap()
}

/// Asks on another thread, as a program would, while the test types.
pub(crate) fn ask(screen: &Screen, request: Request) -> JoinHandle<Result<Answer, EntryError>> {
    let environment = [("DISPLAY".into(), screen.display.clone().into())];
    let window = EntryWindow::new(program(), environment);
    std::thread::spawn(move || window.ask(&request))
}

/// Starts the program and writes the request, for tests that look at the process itself.
pub(crate) fn start(screen: &Screen, request: &Request) -> (Child, ChildStdin) {
    let mut child = Command::new(program())
        .env_clear()
        .env("DISPLAY", &screen.display)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    write_request(request, &mut input).unwrap();
    (child, input)
}
