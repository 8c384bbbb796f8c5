//! An engine with versions that several users share, each with a page's backend on it.

use futures::channel::oneshot;
use pubwiki_lua_runtime::protocol::{
    BackendAnswer, BackendChange, BackendOp, HostError, HostMethods, Record,
};
use pubwiki_lua_runtime::state::{Access, ScriptId, Store};
use pubwiki_lua_runtime::storage::HostBackend;
use pubwiki_lua_runtime::testing::TestPlatform;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// What an engine can do that compares versions and tells of changes.
pub const SHARED: HostMethods = HostMethods {
    get_many: true,
    set_many: true,
    delete_many: true,
    scan: true,
    compare_and_set: true,
    changes: true,
    scan_page: false,
    transact: false,
    expires: false,
};

/// The same without changes.
pub const COMPARED: HostMethods = HostMethods {
    changes: false,
    ..SHARED
};

#[derive(Default)]
pub struct Engine {
    records: RefCell<BTreeMap<String, Record>>,
    clock: Cell<u64>,
    users: RefCell<Vec<Rc<Hearing>>>,
    /// What was asked, by all users.
    pub calls: RefCell<Vec<BackendOp>>,
    /// Whether a user is told of its own writes too.
    pub tells_own: Cell<bool>,
    /// The next compareAndSet fails so: done, or not.
    pub fault: RefCell<Option<(bool, HostError)>>,
    /// The next plain write fails.
    pub breaks: Cell<bool>,
    /// So many of the next reads fail.
    pub unread: Cell<u32>,
    /// How long an answer takes.
    pub delay_ms: Cell<u32>,
    holds: Cell<bool>,
    held: RefCell<Vec<oneshot::Sender<()>>>,
}

/// What one user hears of.
#[derive(Default)]
pub struct Hearing {
    backend: RefCell<Option<Rc<HostBackend>>>,
    has_begun: Cell<bool>,
    /// What it is told later.
    late: RefCell<Option<Vec<BackendChange>>>,
}

/// One user's State on the engine.
pub struct User {
    pub platform: TestPlatform,
    pub store: Rc<Store>,
    hearing: Rc<Hearing>,
}

impl Engine {
    pub fn new() -> Rc<Self> {
        let engine = Self::default();
        engine.tells_own.set(true);
        Rc::new(engine)
    }

    pub fn user(self: &Rc<Self>, platform: &TestPlatform, methods: HostMethods) -> User {
        let hearing = self.join(platform, methods);
        let store = platform
            .block(Store::open(platform.shared(), hearing.backend()))
            .expect("it opens");
        User::of(platform, store, hearing)
    }

    pub fn join(self: &Rc<Self>, platform: &TestPlatform, methods: HostMethods) -> Rc<Hearing> {
        let (engine, hearing) = (self.clone(), Rc::new(Hearing::default()));
        let asks = hearing.clone();
        let time = platform.shared();
        let call = move |op: BackendOp| {
            let late = engine.delay_ms.get();
            let late = (late > 0).then(|| time.sleep(late));
            let answer = engine.answer(&asks, op);
            let waits = engine.holds.get().then(|| {
                let (call, wait) = oneshot::channel();
                engine.held.borrow_mut().push(call);
                wait
            });
            let answer: futures::future::LocalBoxFuture<'static, _> = Box::pin(async move {
                if let Some(wait) = waits {
                    let _ = wait.await;
                }
                if let Some(late) = late {
                    late.await;
                }
                answer
            });
            answer
        };
        let backend = HostBackend::new(platform.shared(), "engine".into(), methods, Rc::new(call));
        *hearing.backend.borrow_mut() = Some(Rc::new(backend));
        self.users.borrow_mut().push(hearing.clone());
        hearing
    }

    /// From now on answers wait; what is asked for is done.
    pub fn hold(&self) {
        self.holds.set(true);
    }

    pub fn let_go(&self) {
        self.holds.set(false);
        for call in self.held.take() {
            let _ = call.send(());
        }
    }

    /// Writes as somebody else.
    pub fn write(&self, key: &str, value: Option<&str>) {
        let record = value.map(|value| record(key, value));
        self.put(None, key, record);
    }

    pub fn write_record(&self, record: Record) {
        let key = record.key.clone();
        self.put(None, &key, Some(record));
    }

    /// Writes as somebody else, of which nobody is told.
    pub fn write_unheard(&self, key: &str, value: Option<&str>) {
        let users = self.users.take();
        self.write(key, value);
        *self.users.borrow_mut() = users;
    }

    pub fn value(&self, key: &str) -> Option<String> {
        self.records.borrow().get(key).map(|it| it.value.clone())
    }

    /// How often single records, or some, were read.
    pub fn reads(&self) -> usize {
        let is_read =
            |op: &&BackendOp| matches!(op, BackendOp::Get { .. } | BackendOp::GetMany { .. });
        self.calls.borrow().iter().filter(is_read).count()
    }

    fn put(&self, by: Option<&Rc<Hearing>>, key: &str, record: Option<Record>) -> String {
        self.clock.set(self.clock.get() + 1);
        let version = format!("v{}", self.clock.get());
        let change = match record {
            Some(mut record) => {
                record.version = Some(version.as_str().into());
                self.records
                    .borrow_mut()
                    .insert(key.to_owned(), record.clone());
                record.version = None;
                BackendChange::Stored {
                    record,
                    version: Some(version.clone()),
                }
            }
            None => {
                self.records.borrow_mut().remove(key);
                let key = key.to_owned();
                BackendChange::Removed { key }
            }
        };
        for user in &*self.users.borrow() {
            let is_own = by.is_some_and(|by| Rc::ptr_eq(by, user));
            if user.has_begun.get() && (!is_own || self.tells_own.get()) {
                user.tell(change.clone());
            }
        }
        version
    }

    fn versioned<'a>(&self, found: impl Iterator<Item = &'a Record>) -> BackendAnswer {
        let (mut records, mut versions) = (Vec::new(), Vec::new());
        for record in found {
            let mut record = record.clone();
            versions.push(record.version.take().unwrap_or_default().to_string());
            records.push(record);
        }
        BackendAnswer::Versioned {
            records,
            versions,
            cursor: None,
        }
    }

    fn answer(&self, user: &Rc<Hearing>, op: BackendOp) -> Result<BackendAnswer, HostError> {
        self.calls.borrow_mut().push(op.clone());
        let is_write = matches!(
            op,
            BackendOp::Set { .. } | BackendOp::SetMany { .. } | BackendOp::Delete { .. }
        );
        if is_write && self.breaks.take() {
            return Err(error("TestError"));
        }
        let is_read = matches!(op, BackendOp::GetMany { .. } | BackendOp::Scan { .. });
        if is_read && self.unread.get() > 0 {
            self.unread.set(self.unread.get() - 1);
            return Err(error("TestError"));
        }
        let records = self.records.borrow().clone();
        match op {
            BackendOp::Init => user.has_begun.set(true),
            BackendOp::Set { record } => {
                drop(self.put(Some(user), &record.key.clone(), Some(record)))
            }
            BackendOp::SetMany { records } => {
                for record in records {
                    self.put(Some(user), &record.key.clone(), Some(record));
                }
            }
            BackendOp::Delete { key } => drop(self.put(Some(user), &key, None)),
            BackendOp::DeleteMany { keys } => {
                for key in keys {
                    self.put(Some(user), &key, None);
                }
            }
            BackendOp::Clear => {
                for key in records.keys() {
                    self.put(Some(user), key, None);
                }
            }
            BackendOp::Get { key } => return Ok(self.versioned(records.get(&key).into_iter())),
            BackendOp::GetMany { keys } => {
                return Ok(self.versioned(keys.iter().filter_map(|key| records.get(key))));
            }
            BackendOp::Scan { prefix } => {
                let within = records.values().filter(|it| it.key.starts_with(&prefix));
                return Ok(self.versioned(within));
            }
            BackendOp::CompareAndSet { key, version, next } => {
                let fault = self.fault.take();
                if let Some((false, fault)) = fault {
                    return Err(fault);
                }
                let there = records.get(&key);
                if there.and_then(|it| it.version.as_deref()) != version.as_deref() {
                    return Ok(self.versioned(there.into_iter()));
                }
                let version = self.put(Some(user), &key, next);
                return match fault {
                    Some((_, fault)) => Err(fault),
                    None => Ok(BackendAnswer::Swapped { version }),
                };
            }
            BackendOp::Close => {}
            _ => return Err(error("TypeError")),
        }
        Ok(BackendAnswer::Done)
    }
}

impl Hearing {
    pub fn backend(&self) -> Rc<HostBackend> {
        let backend = self.backend.borrow().clone();
        backend.expect("it has joined")
    }

    /// From now on it is told later.
    pub fn hear_late(&self) {
        self.late.replace(Some(Vec::new()));
    }

    /// It is told the first of what is to be told later.
    pub fn hear_first(&self) {
        let first = self.late.borrow_mut().as_mut().map(|late| late.remove(0));
        self.backend().changed(first.map(|first| vec![first]));
    }

    fn tell(&self, change: BackendChange) {
        if let Some(late) = &mut *self.late.borrow_mut() {
            return late.push(change);
        }
        self.backend().changed(Some(vec![change]));
    }
}

impl User {
    pub fn of(platform: &TestPlatform, store: Rc<Store>, hearing: Rc<Hearing>) -> Self {
        Self {
            platform: platform.clone(),
            store,
            hearing,
        }
    }

    pub fn access(&self) -> Access {
        self.store
            .access(ScriptId::parse("main").expect("a script id"))
    }

    /// From now on it is told later.
    pub fn hear_late(&self) {
        self.hearing.hear_late();
    }

    /// It is told what there was to tell.
    pub fn hear(&self) {
        for change in self.hearing.late.take().unwrap_or_default() {
            self.hearing.tell(change);
        }
        self.platform.run();
    }

    /// It is told that anything may have changed.
    pub fn hear_all(&self) {
        self.hearing.backend().changed(None);
        self.platform.run();
    }
}

pub fn error(name: &str) -> HostError {
    HostError {
        name: name.into(),
        message: "it is broken".into(),
    }
}

pub fn record(key: &str, value: &str) -> Record {
    Record {
        key: key.into(),
        value: value.into(),
        created_at: 1.0,
        updated_at: 1.0,
        expires_at: None,
        version: None,
    }
}
