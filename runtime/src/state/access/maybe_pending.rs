use crate::storage::Pending;

/// What came of a State call: at once when memory knows, else later.
pub enum Lookup<T> {
    /// The answer.
    Ready(T),
    /// The answer has to be asked of the backend; nothing happens until this is polled.
    Later(Pending<T>),
}

impl<T: 'static> Lookup<T> {
    /// The answer, waited for if need be.
    ///
    /// # Errors
    /// What the backend failed with.
    pub async fn answer(self) -> Result<T, crate::protocol::Error> {
        match self {
            Self::Ready(answer) => Ok(answer),
            Self::Later(answer) => answer.await,
        }
    }
}
