//! Backend operations of the host, by handle.

use super::{Backend, Batch, Pending};
use crate::protocol::{BackendAnswer, BackendOp, Error, Record};
use std::rc::Rc;

/// Does `op` on a backend, for the host that uses it by handle.
pub fn serve_call(backend: &dyn Backend, op: BackendOp) -> Pending<BackendAnswer> {
    match op {
        BackendOp::Init => done(backend.init()),
        BackendOp::Get { key } => {
            let found = backend.get_many(vec![key]);
            Box::pin(async move { Ok(BackendAnswer::Record(found.await?.into_iter().next())) })
        }
        BackendOp::Set { record } => done(backend.write(Batch::puts(vec![record]).into())),
        BackendOp::Delete { key } => done(backend.write(Batch::deletes(vec![key]).into())),
        BackendOp::GetAll => records(backend.scan(String::new())),
        BackendOp::Clear => done(backend.clear()),
        BackendOp::GetMany { keys } => records(backend.get_many(keys)),
        BackendOp::SetMany { records } => done(backend.write(Batch::puts(records).into())),
        BackendOp::DeleteMany { keys } => done(backend.write(Batch::deletes(keys).into())),
        BackendOp::Scan { prefix } => records(backend.scan(prefix)),
        BackendOp::Close => done(backend.close()),
        BackendOp::Transact { records, removed } => done(backend.write(Rc::new(Batch {
            puts: records,
            deletes: removed,
        }))),
        BackendOp::CompareAndSet { .. } | BackendOp::ScanPage { .. } => {
            let message = "a built-in backend has no compareAndSet and no scanPage";
            Box::pin(std::future::ready(Err(Error::protocol(message))))
        }
    }
}

fn done(work: Pending<()>) -> Pending<BackendAnswer> {
    Box::pin(async move { work.await.map(|()| BackendAnswer::Done) })
}

fn records(work: Pending<Vec<Record>>) -> Pending<BackendAnswer> {
    Box::pin(async move { work.await.map(BackendAnswer::Records) })
}
