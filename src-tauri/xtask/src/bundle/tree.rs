//! The files of the package, laid out as they will lie on a machine.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::PROGRAMS;
use crate::house::{House, show};
use crate::stop::Stop;

/// The identifier of the application; desktop file and icons are called so.
const APPLICATION: &str = "org.strongroom.desktop";

/// Sizes of the icon, in pixels.
const ICON_SIZES: &[u32] = &[32, 64, 128, 256, 512];

const DESKTOP_FILE: &str = "\
[Desktop Entry]
Type=Application
Name=Strongroom
GenericName=Offline key ceremonies and restores
Comment=Key ceremonies, restores under quorum and drills, offline
Exec=strongroom-desktop
Icon=org.strongroom.desktop
Terminal=false
Categories=Utility;Security;
Keywords=key;ceremony;restore;backup;quorum;
";

const FILE: u32 = 0o644;
const PROGRAM: u32 = 0o755;

/// A folder that becomes the root of the package.
pub(super) struct Tree {
    pub(super) root: PathBuf,
}

impl Tree {
    /// Lays out everything in a fresh folder `root`.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub(super) fn lay_out(house: &House, programs: &Path, root: PathBuf) -> Result<Self, Stop> {
        if root.exists() {
            fs::remove_dir_all(&root).map_err(|error| Stop::file(&root, &error))?;
        }
        let tree = Self { root };
        for name in PROGRAMS {
            tree.copy(&programs.join(name), &format!("usr/bin/{name}"), PROGRAM)?;
        }
        let desktop = format!("usr/share/applications/{APPLICATION}.desktop");
        tree.write(&desktop, DESKTOP_FILE.as_bytes(), FILE)?;
        for size in ICON_SIZES {
            let icon = house.root.join(format!("icons/{size}x{size}.png"));
            let place = format!("usr/share/icons/hicolor/{size}x{size}/apps/{APPLICATION}.png");
            tree.copy(&icon, &place, FILE)?;
        }
        let drawing = format!("usr/share/icons/hicolor/scalable/apps/{APPLICATION}.svg");
        tree.copy(&house.root.join("icons/strongroom.svg"), &drawing, FILE)?;
        tree.copyright(house)?;
        tree.manual(programs)?;
        Ok(tree)
    }

    /// Writes one file of the package, with its folders.
    pub(super) fn write(&self, place: &str, bytes: &[u8], mode: u32) -> Result<(), Stop> {
        let path = self.root.join(place);
        let stop = |error| Stop::file(&path, &error);
        self.folders(&path).map_err(stop)?;
        fs::write(&path, bytes).map_err(stop)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).map_err(stop)
    }

    fn copy(&self, from: &Path, place: &str, mode: u32) -> Result<(), Stop> {
        let bytes = fs::read(from).map_err(|error| Stop::file(from, &error))?;
        self.write(place, &bytes, mode)
    }

    /// The folders above `path`, open to all whatever the builder's own mask is.
    fn folders(&self, path: &Path) -> std::io::Result<()> {
        let folder = path.parent().unwrap_or(path);
        fs::create_dir_all(folder)?;
        let inside = folder.ancestors().take_while(|above| above.starts_with(&self.root));
        for above in inside {
            fs::set_permissions(above, fs::Permissions::from_mode(PROGRAM))?;
        }
        Ok(())
    }

    /// What Debian asks for: whose it is, and under which licences it may be used.
    fn copyright(&self, house: &House) -> Result<(), Stop> {
        let mut text = "\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Strongroom

Files: *
Copyright: The Strongroom authors
License: MIT or Apache-2.0
"
        .to_owned();
        for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
            let path = house.root.join(name);
            let licence = fs::read_to_string(&path).map_err(|error| Stop::file(&path, &error))?;
            // In this format a paragraph is indented, and an empty line is a point.
            let lines = licence.lines().map(|line| if line.is_empty() { "." } else { line });
            let body: String = lines.map(|line| format!(" {line}\n")).collect();
            let short = if name == "LICENSE-MIT" { "MIT" } else { "Apache-2.0" };
            text.push_str(&format!("\nLicense: {short}\n{body}"));
        }
        self.write("usr/share/doc/strongroom/copyright", text.as_bytes(), FILE)
    }

    /// Man pages and completions, as the program itself describes its arguments.
    fn manual(&self, programs: &Path) -> Result<(), Stop> {
        let written = self.root.with_extension("manual");
        let mut manual = Command::new(programs.join("strongroom"));
        show(manual.arg("manual").arg(&written), "strongroom manual")?;
        for page in files(&written.join("man"))? {
            // Without the name and time of the file, so that the bits are the same everywhere.
            show(Command::new("gzip").args(["-9", "-n", "-f"]).arg(&page), "gzip")?;
            let packed = PathBuf::from(format!("{}.gz", page.display()));
            let name = packed.file_name().unwrap_or_default().to_string_lossy().into_owned();
            self.copy(&packed, &format!("usr/share/man/man1/{name}"), FILE)?;
        }
        for (name, place) in [
            ("strongroom.bash", "usr/share/bash-completion/completions/strongroom"),
            ("_strongroom", "usr/share/zsh/vendor-completions/_strongroom"),
            ("strongroom.fish", "usr/share/fish/vendor_completions.d/strongroom.fish"),
        ] {
            self.copy(&written.join("completions").join(name), place, FILE)?;
        }
        fs::remove_dir_all(&written).map_err(|error| Stop::file(&written, &error))
    }
}

/// The files in `folder`, by name.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Stop> {
    let entries = fs::read_dir(folder).map_err(|error| Stop::file(folder, &error))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    Ok(files)
}
