//! Where a page may go: nowhere.
//!
//! A content policy does not stop navigation: `location = …`, a meta refresh and a link to a new
//! window reach other hosts under the strictest one. So the shell itself refuses every address but
//! its own page.

use tauri::plugin::{Builder, TauriPlugin};
use tauri::{Runtime, Url};

/// The guard over every window of the application.
pub(crate) fn guard<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("navigation").on_navigation(|_, address| is_own_page(address)).build()
}

/// Whether `address` is the page that is built into the program.
pub(crate) fn is_own_page(address: &Url) -> bool {
    address.scheme() == "tauri"
        && address.host_str() == Some("localhost")
        && address.port().is_none()
        && address.username().is_empty()
        && address.password().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_built_in_page_may_be_opened() {
        let own = |address: &str| is_own_page(&address.parse().expect("an address"));
        assert!(own("tauri://localhost"));
        assert!(own("tauri://localhost/index.html#keys"));
        for foreign in [
            "https://example.org/",
            "http://localhost/",
            "http://127.0.0.1:8080/",
            "tauri://localhost:1/",
            "tauri://a@localhost/",
            "tauri://example.org/",
            "file:///etc/passwd",
            "data:text/html,hello",
            "about:blank",
        ] {
            assert!(!own(foreign), "{foreign}");
        }
    }
}
