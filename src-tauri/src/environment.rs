//! The environment the shell trusts.
//!
//! GTK, WebKit and Tauri read variables that load foreign code into the process, switch sandboxes
//! off, or hand the window to a remote control; `TAURI_WEBVIEW_AUTOMATION` does the last in any
//! build. Changing the environment of a running process is not sound, so an unclean start replaces
//! itself with a clean one.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// Variables that are never passed on, by name or by the beginning of their name (with `*`).
const REFUSED: &[&str] = &[
    "TAURI_*",
    "WEBKIT_*",
    "WEBVIEW_*",
    "JSC_*",
    "GTK_MODULES",
    "GTK_PATH",
    "GTK_EXE_PREFIX",
    "GTK_DATA_PREFIX",
    "GTK_IM_MODULE_FILE",
    "GTK_USE_PORTAL",
    "GDK_PIXBUF_MODULE*",
    "GIO_EXTRA_MODULES",
    "GIO_MODULE_DIR",
    "GIO_USE_*",
    "GST_PLUGIN*",
    "LD_*",
    "G_DEBUG",
    "G_MESSAGES_DEBUG",
    "*_proxy",
    "*_PROXY",
];

/// What the program sets for itself: the drawing library keeps nothing in the home folder.
const OWN: (&str, &str) = ("MESA_SHADER_CACHE_DISABLE", "true");

/// What it sets where the system allows it: WebKit locks its web process away.
const SANDBOX: (&str, &str) = ("WEBKIT_FORCE_SANDBOX", "1");

/// What the build for window tests lets pass: its remote control and where that listens.
const REMOTE_CONTROL: &[&str] =
    if cfg!(feature = "e2e") { &["TAURI_WEBVIEW_AUTOMATION", INSPECTOR] } else { &[] };

/// Where WebKit's inspector listens, as `address:port`.
const INSPECTOR: &str = "WEBKIT_INSPECTOR_SERVER";

/// The locale taken when none is set: without one, WebKit calls the page's language "C".
const LOCALE: &str = "en_US.UTF-8";

/// Replaces this process by a clean copy of itself if the environment is not as it should be:
/// it holds what is refused, no locale, or not what WebKit needs for its sandbox.
///
/// # Errors
/// When the program cannot find or start itself again.
pub(crate) fn restart_if_unclean(has_sandbox: bool) -> io::Result<()> {
    let given: Vec<_> = std::env::vars_os().collect();
    let Some(clean) = cleaned(&given, has_sandbox) else { return Ok(()) };
    let program = std::env::current_exe()?;
    Err(Command::new(program).args(std::env::args_os().skip(1)).env_clear().envs(clean).exec())
}

/// The port of the remote control; `None` in every build but the one for window tests.
pub(crate) fn inspector_port() -> Option<u16> {
    let is_open = REMOTE_CONTROL.contains(&INSPECTOR);
    let address = is_open.then(|| std::env::var(INSPECTOR).ok()).flatten()?;
    address.rsplit(':').next()?.parse().ok()
}

/// The environment to start again with, or `None` if `given` is clean already.
fn cleaned(given: &[(OsString, OsString)], has_sandbox: bool) -> Option<Vec<(OsString, OsString)>> {
    let mut kept: Vec<_> = given.iter().filter(|(name, _)| !is_refused(name)).cloned().collect();
    if !locale_is_set(&kept) {
        kept.retain(|(name, _)| name != "LC_ALL" && name != "LANG");
        kept.push(("LANG".into(), LOCALE.into()));
    }
    kept.retain(|(name, _)| name != OWN.0);
    let own = [OWN].into_iter().chain(has_sandbox.then_some(SANDBOX));
    kept.extend(own.map(|(name, value)| (name.into(), value.into())));
    let is_clean = kept.len() == given.len() && kept.iter().all(|pair| given.contains(pair));
    (!is_clean).then_some(kept)
}

/// Whether `name` matches the list of refused variables.
fn is_refused(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let is_listed = REFUSED.iter().any(|pattern| {
        match (pattern.strip_suffix('*'), pattern.strip_prefix('*')) {
            (Some(start), _) => name.starts_with(start),
            (_, Some(end)) => name.ends_with(end),
            _ => name == *pattern,
        }
    });
    is_listed && !REMOTE_CONTROL.contains(&name.as_ref())
}

/// Whether the variable that decides the language names a real one (POSIX.1-2017 section 8.2).
fn locale_is_set(variables: &[(OsString, OsString)]) -> bool {
    let value = |wanted: &str| {
        variables.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_os_str())
    };
    let decides = value("LC_ALL").filter(|v| !v.is_empty()).or_else(|| value("LANG"));
    decides.is_some_and(|locale| {
        let locale = locale.to_string_lossy();
        !locale.is_empty() && locale != "POSIX" && locale != "C" && !locale.starts_with("C.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a clean environment holds: `pairs`, and what the program sets for itself.
    fn clean(pairs: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
        [variables(pairs), variables(&[OWN])].concat()
    }

    fn variables(pairs: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
        pairs.iter().map(|(name, value)| (name.into(), value.into())).collect()
    }

    #[cfg(not(feature = "e2e"))]
    #[test]
    fn a_remote_control_does_not_pass() {
        let given = variables(&[("LANG", "de_DE.UTF-8"), ("TAURI_WEBVIEW_AUTOMATION", "true")]);
        assert_eq!(cleaned(&given, false), Some(clean(&[("LANG", "de_DE.UTF-8")])));
        assert_eq!(inspector_port(), None);
    }

    #[test]
    fn foreign_modules_proxies_and_switched_off_sandboxes_do_not_pass() {
        for name in ["LD_PRELOAD", "http_proxy", "GTK_MODULES", "WEBKIT_DISABLE_SANDBOX"] {
            let given = variables(&[("HOME", "/home/a"), ("LANG", "de_DE.UTF-8"), (name, "1")]);
            let kept = cleaned(&given, false).expect("unclean");
            assert_eq!(kept, clean(&[("HOME", "/home/a"), ("LANG", "de_DE.UTF-8")]));
        }
    }

    #[test]
    fn a_clean_environment_is_left_alone_so_the_program_starts_once() {
        let unclean = variables(&[("PATH", "/bin"), ("LC_ALL", "C"), ("GTK_MODULES", "x")]);
        for has_sandbox in [true, false] {
            let kept = cleaned(&unclean, has_sandbox).expect("unclean");
            assert_eq!(kept[..3], clean(&[("PATH", "/bin"), ("LANG", LOCALE)]));
            assert_eq!(kept[3..], variables(if has_sandbox { &[SANDBOX] } else { &[] }));
            assert_eq!(cleaned(&kept, has_sandbox), None);
        }
    }

    #[test]
    fn the_sandbox_is_demanded_where_it_works_and_nobody_can_demand_otherwise() {
        let without = clean(&[("LANG", LOCALE)]);
        let with = |value| [without.clone(), variables(&[(SANDBOX.0, value)])].concat();
        assert_eq!(cleaned(&with("0"), true), Some(with("1")));
        assert_eq!(cleaned(&with("1"), false), Some(without.clone()));
        assert_eq!(cleaned(&without, true), Some(with("1")));
    }
}
