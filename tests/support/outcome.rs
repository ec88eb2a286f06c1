//! Results of demonstrations and measurements, which end at the first thing that goes wrong.

/// What came of it, or one text that says what went wrong.
pub type Outcome<T> = Result<T, String>;

/// Ends with `problem`.
///
/// # Errors
///
/// Always.
pub fn fail<T>(problem: impl Into<String>) -> Outcome<T> {
    Err(problem.into())
}

/// Puts what was being done in front of an error.
pub fn context<E: std::fmt::Display>(doing: impl Into<String>) -> impl FnOnce(E) -> String {
    let doing = doing.into();
    move |error| format!("{doing}: {error}")
}
