//! Answers that need not be waited for.

use crate::storage::Pending;

/// The result of a State call: ready when memory knows it, or pending on the backend.
pub enum MaybePending<T> {
    /// The answer.
    Ready(T),
    /// The answer has to be asked of the backend; nothing happens until this is polled.
    Pending(Pending<T>),
}

impl<T: 'static> MaybePending<T> {
    /// The answer, waited for if need be.
    ///
    /// # Errors
    /// What the backend failed with.
    pub async fn answer(self) -> Result<T, crate::protocol::Error> {
        match self {
            Self::Ready(answer) => Ok(answer),
            Self::Pending(answer) => answer.await,
        }
    }
}
