//! A look into single files while the quorum is open (decision 0816).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use engine::preview::{Content, Preview};
use serde::Serialize;
use tauri::State;

use super::refusal::Answer;
use crate::desk::Desk;

/// What was seen of a file.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct PreviewShown {
    #[cfg_attr(test, specta(type = u32))]
    size: u64,
    content: ContentShown,
}

/// What can be shown of it.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "is", rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
enum ContentShown {
    /// A text, or its beginning.
    #[serde(rename_all = "camelCase")]
    Text {
        /// The text, with everything hidden in it written out.
        text: String,
        /// Whether it is all of it.
        is_all: bool,
    },
    /// A picture.
    Image {
        /// `image/png` or `image/jpeg`.
        kind: String,
        /// The file in Base64.
        base64: String,
        /// Its width in pixels.
        width: u32,
        /// Its height in pixels.
        height: u32,
    },
    /// Neither, or too large.
    Other,
}

/// Looks into the file `path` of the archive that the ceremony has open.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) async fn preview(desk: State<'_, Desk>, path: String) -> Answer<PreviewShown> {
    let Preview { size, content } = desk.stage()?.look(&path)?;
    Ok(PreviewShown { size, content: shown(content) })
}

fn shown(content: Content) -> ContentShown {
    match content {
        Content::Text { text, is_all } => ContentShown::Text { text, is_all },
        Content::Image { kind, bytes, width, height } => {
            let (kind, base64) = (kind.to_owned(), STANDARD.encode(bytes));
            ContentShown::Image { kind, base64, width, height }
        }
        Content::Other => ContentShown::Other,
    }
}
