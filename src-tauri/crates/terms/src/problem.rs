//! What an error owes the person who must act on it.

/// An error with a stable code and a remedy; its `Display` text is the problem sentence.
///
/// Codes never change their meaning once released. They read `SR-AREA-NAME`, for example
/// `SR-QUORUM-DUPLICATE`.
pub trait Problem: std::error::Error {
    /// The stable code of this error.
    fn code(&self) -> &'static str;

    /// What the reader can do now, as one sentence.
    fn remedy(&self) -> String;

    /// What happened, with the causes that its own sentence does not name.
    fn with_causes(&self) -> String {
        let mut text = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            let more = error.to_string();
            if !text.contains(&more) {
                text = format!("{text}: {more}");
            }
            cause = error.source();
        }
        text
    }
}
