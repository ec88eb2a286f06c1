//! The page in the window, as a test sees and touches it.

use std::fs;
use std::path::PathBuf;

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::{Client, Locator};
use serde_json::Value;

use super::{keep, wait_for, within};

/// The Tab key, as remote controls write it.
pub(crate) const TAB: char = '\u{E004}';
/// The Enter key.
pub(crate) const ENTER: char = '\u{E007}';
/// The Shift key.
pub(crate) const SHIFT: char = '\u{E008}';
/// The Escape key.
pub(crate) const ESCAPE: char = '\u{E00C}';

/// The page in a window. Every call has a deadline and panics with what was wanted.
pub(crate) struct Page {
    client: Client,
}

impl Page {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// The first element for the CSS `selector`, once it is there.
    pub(crate) async fn wait_for(&self, selector: &str) -> Element {
        let find = async || self.client.find(Locator::Css(selector)).await.ok();
        wait_for(selector, find).await
    }

    /// The visible text of the first element for `selector`, once it is there.
    pub(crate) async fn text(&self, selector: &str) -> String {
        let element = self.wait_for(selector).await;
        within("a text", element.text()).await.expect("a text")
    }

    /// Waits until the JavaScript expression `condition` is true: a state, never a passing text.
    pub(crate) async fn wait_until(&self, condition: &str) {
        let script = format!("return Boolean({condition})");
        let holds = async || (self.run(&script).await == Value::Bool(true)).then_some(());
        wait_for(condition, holds).await;
    }

    /// Clicks the first element for `selector`, once it is there.
    #[allow(dead_code, reason = "the first screen has nothing to click yet")]
    pub(crate) async fn click(&self, selector: &str) {
        let element = self.wait_for(selector).await;
        within("a click", element.click()).await.expect("clicked");
    }

    /// Presses and releases a key, wherever the focus is.
    pub(crate) async fn press(&self, key: char) {
        self.press_with(None, key).await;
    }

    /// Presses and releases a key while another is held.
    pub(crate) async fn press_with(&self, held: Option<char>, key: char) {
        let mut strokes = KeyActions::new("keyboard".to_owned());
        if let Some(value) = held {
            strokes = strokes.then(KeyAction::Down { value });
        }
        strokes = strokes.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key });
        if let Some(value) = held {
            strokes = strokes.then(KeyAction::Up { value });
        }
        within("a key", self.client.perform_actions(strokes)).await.expect("pressed");
    }

    /// What `script` returns.
    pub(crate) async fn run(&self, script: &str) -> Value {
        within(script, self.client.execute(script, Vec::new())).await.expect("it runs")
    }

    /// What the asynchronous `script` hands to `done`, its last argument.
    pub(crate) async fn run_async(&self, script: &str, given: Vec<Value>) -> Value {
        let script = format!("const done = arguments[arguments.length - 1];\n{script}");
        within(&script, self.client.execute_async(&script, given)).await.expect("it runs")
    }

    /// The address of the page.
    pub(crate) async fn address(&self) -> String {
        within("an address", self.client.current_url()).await.expect("an address").into()
    }

    /// Opens `address`, where the program lets itself be sent there.
    pub(crate) async fn go_to(&self, address: &str) {
        within(address, self.client.goto(address)).await.expect("opened");
    }

    /// Goes to the window for the room, or to the one that decides.
    pub(crate) async fn go_to_room(&self, is_room: bool) {
        let go = async || {
            for window in self.client.windows().await.ok()? {
                self.client.switch_to_window(window).await.ok()?;
                if self.address().await.ends_with("#/ceremonies/window") == is_room {
                    return Some(());
                }
            }
            None
        };
        wait_for("the other window", go).await;
    }

    /// Keeps a picture as `target/screenshots/<name>.png`, of what is painted now.
    pub(crate) async fn screenshot(&self, name: &str) -> PathBuf {
        // After two animation frames the picture shows what the document says.
        let painted = "requestAnimationFrame(() => requestAnimationFrame(() => done(true)))";
        self.run_async(painted, Vec::new()).await;
        let picture = within("a picture", self.client.screenshot()).await.expect("a picture");
        let path = keep("screenshots", &format!("{name}.png"));
        fs::write(&path, picture).expect("written");
        path
    }

    /// What axe finds against accessibility, one line each; `None` where axe is not installed.
    pub(crate) async fn accessibility(&self) -> Option<Vec<String>> {
        let axe = strongroom_tests::repository().join("ui/node_modules/axe-core/axe.min.js");
        self.run(&fs::read_to_string(axe).ok()?).await;
        let script = "axe.run().then((found) => done(found.violations.flatMap((broken) => \
            broken.nodes.map((node) => `${broken.id}: ${broken.help}: ${node.target}`))))";
        let lines = self.run_async(script, Vec::new()).await;
        let lines = lines.as_array().expect("a list").iter();
        Some(lines.map(|line| line.as_str().unwrap_or_default().to_owned()).collect())
    }

    /// Ends the session; the window goes with it.
    pub(super) async fn close(&self) {
        within("the session ends", self.client.clone().close()).await.expect("ended");
    }
}
