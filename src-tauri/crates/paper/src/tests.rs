//! What the documents promise.
