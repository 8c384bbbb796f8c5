//! A host that notes what it is asked and answers as told.

use pubwiki_lua_runtime::protocol::{
    BackendAnswer, BackendOp, HostError, HostMethods, LocalStorageItem, LocalStorageOp, Record,
};
use pubwiki_lua_runtime::storage::{
    Backend, HostBackend, LocalStorageBackend, MemoryBackend, serve_call,
};
use pubwiki_lua_runtime::testing::TestPlatform;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

pub const NO_METHODS: HostMethods = HostMethods {
    get_many: false,
    set_many: false,
    delete_many: false,
    scan: false,
    compare_and_set: false,
    changes: false,
    scan_page: false,
    transact: false,
    expires: false,
};
/// Those that do several things at once.
pub const ALL_METHODS: HostMethods = HostMethods {
    get_many: true,
    set_many: true,
    delete_many: true,
    scan: true,
    ..NO_METHODS
};

pub type Calls = Rc<RefCell<Vec<BackendOp>>>;

/// A backend whose host has a map, and the calls that reach it.
pub fn with_map(methods: HostMethods) -> (HostBackend, Calls) {
    let calls = Calls::default();
    let (noted, map) = (calls.clone(), MemoryBackend::new());
    let call = move |op: BackendOp| {
        noted.borrow_mut().push(op.clone());
        let answer = serve_call(&map, op);
        let answer: futures::future::LocalBoxFuture<'static, _> =
            Box::pin(async move { Ok(answer.await.expect("memory does not fail")) });
        answer
    };
    (
        HostBackend::new(platform().shared(), "custom".into(), methods, Rc::new(call)),
        calls,
    )
}

/// A backend whose host gives these answers one after the other, and the calls that reach it.
pub fn with_answers(methods: HostMethods, answers: Vec<BackendAnswer>) -> (HostBackend, Calls) {
    let calls = Calls::default();
    let (noted, answers) = (calls.clone(), RefCell::new(answers.into_iter()));
    let call = move |op: BackendOp| {
        noted.borrow_mut().push(op);
        let next = answers.borrow_mut().next().expect("it is asked no more");
        let answer: futures::future::LocalBoxFuture<'static, _> =
            Box::pin(std::future::ready(Ok(next)));
        answer
    };
    let backend = HostBackend::new(platform().shared(), "custom".into(), methods, Rc::new(call));
    (backend, calls)
}

/// What a host may throw.
pub fn thrown(name: &str) -> HostError {
    HostError {
        name: name.into(),
        message: "it is broken".into(),
    }
}

/// A backend whose host always answers this.
pub fn that_answers(methods: HostMethods, answer: Result<BackendAnswer, HostError>) -> HostBackend {
    let call = move |_: BackendOp| {
        let answer: futures::future::LocalBoxFuture<'static, _> =
            Box::pin(std::future::ready(answer.clone()));
        answer
    };
    HostBackend::new(platform().shared(), "custom".into(), methods, Rc::new(call))
}

pub fn record(key: &str, value: &str) -> Record {
    Record {
        key: key.into(),
        value: value.into(),
        created_at: 1.0,
        updated_at: 2.0,
        expires_at: None,
        version: None,
    }
}

thread_local! {
    static PLATFORM: TestPlatform = TestPlatform::new();
}

/// The platform of a test and of its backends.
fn platform() -> TestPlatform {
    PLATFORM.with(Clone::clone)
}

pub fn wait<T: 'static>(
    work: pubwiki_lua_runtime::storage::Pending<T>,
) -> Result<T, pubwiki_lua_runtime::protocol::Error> {
    platform().block(work)
}

/// Every backend of the runtime, to hold the same promises.
pub fn all() -> Vec<(&'static str, Rc<dyn Backend>)> {
    vec![
        ("memory", Rc::new(MemoryBackend::new())),
        ("localStorage", Rc::new(local_storage().0)),
        ("host", Rc::new(with_map(NO_METHODS).0)),
        ("host with every method", Rc::new(with_map(ALL_METHODS).0)),
    ]
}

pub type Items = Rc<RefCell<BTreeMap<String, String>>>;

/// A backend on a map that stands for localStorage.
pub fn local_storage() -> (LocalStorageBackend, Items) {
    let items = Items::default();
    let map = items.clone();
    let call = move |_prefix: String, op| {
        let answer = serve_local_storage(&mut map.borrow_mut(), op);
        let answer: futures::future::LocalBoxFuture<'static, _> =
            Box::pin(std::future::ready(Ok(answer)));
        answer
    };
    (
        LocalStorageBackend::new(platform().shared(), None, Rc::new(call), None),
        items,
    )
}

fn serve_local_storage(
    map: &mut BTreeMap<String, String>,
    op: LocalStorageOp,
) -> Vec<LocalStorageItem> {
    let item = |(name, text): (&String, &String)| LocalStorageItem {
        name: name.clone(),
        text: text.clone(),
    };
    match op {
        LocalStorageOp::Read { names } => names
            .iter()
            .filter_map(|name| map.get_key_value(name).map(item))
            .collect(),
        LocalStorageOp::ReadAll => map.iter().map(item).collect(),
        LocalStorageOp::Write { items, removed } => {
            removed.iter().for_each(|name| drop(map.remove(name)));
            map.extend(items.into_iter().map(|item| (item.name, item.text)));
            Vec::new()
        }
        LocalStorageOp::Clear => {
            map.clear();
            Vec::new()
        }
        LocalStorageOp::RemoveExpired { .. } => {
            unreachable!("State alone asks for this, of the page")
        }
    }
}
