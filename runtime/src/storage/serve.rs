use super::{Backend, Batch, Pending};
use crate::protocol::{BackendAnswer, BackendOp, Record};

/// Does `op` on a backend, for the host that uses it by handle.
pub fn serve_call(backend: &dyn Backend, op: BackendOp) -> Pending<BackendAnswer> {
    match op {
        BackendOp::Init => done(backend.init()),
        BackendOp::Get { key } => {
            let found = backend.get_many(vec![key]);
            Box::pin(async move { Ok(BackendAnswer::Record(found.await?.into_iter().next())) })
        }
        BackendOp::Set { record } => done(backend.write(Batch {
            puts: vec![record],
            deletes: Vec::new(),
        })),
        BackendOp::Delete { key } => done(backend.write(Batch {
            puts: Vec::new(),
            deletes: vec![key],
        })),
        BackendOp::GetAll => records(backend.scan(String::new())),
        BackendOp::Clear => done(backend.clear()),
        BackendOp::GetMany { keys } => records(backend.get_many(keys)),
        BackendOp::SetMany { records } => done(backend.write(Batch {
            puts: last_of_each(records),
            deletes: Vec::new(),
        })),
        BackendOp::DeleteMany { keys } => done(backend.write(Batch {
            puts: Vec::new(),
            deletes: distinct(keys),
        })),
        BackendOp::Scan { prefix } => records(backend.scan(prefix)),
        BackendOp::Close => done(backend.close()),
    }
}

fn done(work: Pending<()>) -> Pending<BackendAnswer> {
    Box::pin(async move { work.await.map(|()| BackendAnswer::Done) })
}

fn records(work: Pending<Vec<Record>>) -> Pending<BackendAnswer> {
    Box::pin(async move { work.await.map(BackendAnswer::Records) })
}

/// A page may name a key twice, a batch may not: the last record counts.
fn last_of_each(mut records: Vec<Record>) -> Vec<Record> {
    let mut seen = std::collections::BTreeSet::new();
    records.reverse();
    records.retain(|record| seen.insert(record.key.clone()));
    records.reverse();
    records
}

fn distinct(mut keys: Vec<String>) -> Vec<String> {
    keys.sort_unstable();
    keys.dedup();
    keys
}
