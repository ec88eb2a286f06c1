//! Declares every command, so that one which is missing here is refused, and names the build.

use std::path::Path;
use std::process::Command;

/// All commands of the shell. A capability file says which window may call which.
const COMMANDS: &[&str] = &[
    "about",
    "status",
    "show_vault",
    "home",
    "keys",
    "people",
    "archives",
    "documents",
    "log_page",
    "log_verify",
    "settings",
    "save_settings",
    "begin_genesis",
    "begin_restore",
    "begin_refresh",
    "begin_health",
    "begin_enrolment",
    "watch_ceremony",
    "reply",
    "open_projector",
    "preview",
    "choose_archive",
    "choose_folder",
    "look_at",
    "verify_medium",
    "mend_medium",
    "open_drive",
    "watch_drive",
    "answer_drive",
    "interrupted",
    "is_interrupted_in",
    "kept_media",
    "add_medium",
    "check_kept",
    "contents",
    "contents_of",
    "contents_found",
    "contents_chosen",
    "contents_without",
    "estimate_restore",
    "rest_job",
    "stop_job",
    "guide",
    "guide_genesis",
    "guide_seal",
    "guide_damage",
    "guide_restore",
    "guide_reset",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rustc-env=STRONGROOM_BUILD={}", build_name());
    if !Path::new("../ui/dist/index.html").exists() {
        return Err("the page is not built: run `npm ci && npm run build` in ui/, \
                    or `cargo xtask test` from the root, which does it"
            .into());
    }
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))?;
    Ok(())
}

/// The commit the program was built from, or "source" outside of a repository.
fn build_name() -> String {
    let heads = Path::new("../.git/logs/HEAD");
    if heads.exists() {
        println!("cargo::rerun-if-changed={}", heads.display());
    }
    let commit = Command::new("git").args(["rev-parse", "--short=10", "HEAD"]).output();
    match commit {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).trim().to_owned()
        }
        _ => "source".to_owned(),
    }
}
