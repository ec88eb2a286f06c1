//! Somebody who listens: every connection and every packet on one loopback port is written down.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use tokio::time::timeout;

use crate::harness::wait_for;

/// A connection that said nothing, as preconnecting makes.
const SILENT: &str = "a connection without a word";
/// A packet, as calls send.
const PACKET: &str = "a packet";
/// What the test itself sends, to know that it is heard.
const CANARY: &str = "canary";

/// A listener on TCP and UDP.
pub(crate) struct Listener {
    port: u16,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Listener {
    /// Listens on a free port, until the test program ends.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let packets = UdpSocket::bind(("127.0.0.1", port)).expect("the same port");
        let heard = Arc::new(Mutex::new(Vec::new()));
        let by_packet = Arc::clone(&heard);
        thread::spawn(move || {
            while packets.recv(&mut [0; 2048]).is_ok() {
                note(&by_packet, PACKET);
            }
        });
        let by_stream = Arc::clone(&heard);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let heard = Arc::clone(&by_stream);
                thread::spawn(move || note(&heard, &answer(stream)));
            }
        });
        Self { port, heard }
    }

    /// The address at which `way` is heard.
    pub(crate) fn address(&self, way: &str) -> String {
        format!("http://127.0.0.1:{}/{way}", self.port)
    }

    /// What was heard so far, but for the canary.
    pub(crate) fn heard(&self) -> Vec<String> {
        let all = self.heard.lock().expect("no panic").clone();
        all.into_iter().filter(|way| way != CANARY).collect()
    }

    /// Whether more than `count` things are heard before `patience` ends.
    pub(crate) async fn hears_more_than(&self, count: usize, patience: Duration) -> bool {
        let more = async || (self.heard().len() > count).then_some(());
        timeout(patience, wait_for("something is heard", more)).await.is_ok()
    }

    /// Sends a connection from the test itself, and waits until it was heard.
    pub(crate) async fn hears_a_canary(&self) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        // In one piece: whoever listens hangs up after the first one.
        let request = format!("GET /{CANARY} HTTP/1.1\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("sent");
        let heard = async || {
            let heard = self.heard.lock().expect("no panic");
            heard.iter().any(|way| way == CANARY).then_some(())
        };
        wait_for("the canary is heard", heard).await;
    }
}

fn note(heard: &Mutex<Vec<String>>, what: &str) {
    heard.lock().expect("no panic").push(what.to_owned());
}

/// Answers with an empty page, and returns what was asked for.
fn answer(mut stream: TcpStream) -> String {
    let mut request = [0; 4096];
    stream.set_read_timeout(Some(Duration::from_millis(500))).expect("set");
    let length = stream.read(&mut request).unwrap_or(0);
    let text = String::from_utf8_lossy(&request[..length]);
    let path = text.split_whitespace().nth(1).and_then(|path| path.strip_prefix('/'));
    let page = "<!doctype html><title>x</title>";
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n";
    // Whoever hangs up first has still been heard.
    let _ = write!(stream, "{head}Content-Length: {}\r\n\r\n{page}", page.len());
    path.map_or(SILENT, |path| path.split('?').next().unwrap_or(path)).to_owned()
}
