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

/// The locale taken when none is set: without one, WebKit calls the page's language "C".
const LOCALE: &str = "en_US.UTF-8";

/// Replaces this process by a clean copy of itself if the environment holds what is refused.
///
/// # Errors
/// When the program cannot find or start itself again.
pub(crate) fn restart_if_unclean() -> io::Result<()> {
    let given: Vec<_> = std::env::vars_os().collect();
    let Some(clean) = cleaned(&given) else { return Ok(()) };
    let program = std::env::current_exe()?;
    Err(Command::new(program).args(std::env::args_os().skip(1)).env_clear().envs(clean).exec())
}

/// The environment to start again with, or `None` if `given` is clean already.
fn cleaned(given: &[(OsString, OsString)]) -> Option<Vec<(OsString, OsString)>> {
    let mut kept: Vec<_> = given.iter().filter(|(name, _)| !is_refused(name)).cloned().collect();
    let has_locale = locale_is_set(&kept);
    if !has_locale {
        kept.retain(|(name, _)| name != "LC_ALL" && name != "LANG");
        kept.push(("LANG".into(), LOCALE.into()));
    }
    (!has_locale || kept.len() != given.len()).then_some(kept)
}

/// Whether `name` matches the list of refused variables.
fn is_refused(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    REFUSED.iter().any(|pattern| match (pattern.strip_suffix('*'), pattern.strip_prefix('*')) {
        (Some(start), _) => name.starts_with(start),
        (_, Some(end)) => name.ends_with(end),
        _ => name == *pattern,
    })
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

    fn variables(pairs: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
        pairs.iter().map(|(name, value)| (name.into(), value.into())).collect()
    }

    #[test]
    fn a_remote_control_foreign_modules_and_proxies_do_not_pass() {
        for name in
            ["TAURI_WEBVIEW_AUTOMATION", "WEBKIT_INSPECTOR_SERVER", "LD_PRELOAD", "http_proxy"]
        {
            let given = variables(&[("HOME", "/home/a"), ("LANG", "de_DE.UTF-8"), (name, "1")]);
            let clean = cleaned(&given).expect("unclean");
            assert_eq!(clean, variables(&[("HOME", "/home/a"), ("LANG", "de_DE.UTF-8")]));
        }
    }

    #[test]
    fn a_clean_environment_is_left_alone_so_the_program_starts_once() {
        let unclean = variables(&[("PATH", "/bin"), ("LC_ALL", "C"), ("GTK_MODULES", "x")]);
        let clean = cleaned(&unclean).expect("unclean");
        assert_eq!(clean, variables(&[("PATH", "/bin"), ("LANG", LOCALE)]));
        assert_eq!(cleaned(&clean), None);
    }
}
