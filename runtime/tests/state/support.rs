//! A store on a test backend, and short ways to use it.

use pubwiki_lua_runtime::protocol::{Error, Value};
use pubwiki_lua_runtime::state::{Access, MaybePending, ScriptId, Store};
use pubwiki_lua_runtime::storage::CacheMode;
use pubwiki_lua_runtime::testing::{TestBackend, TestPlatform};
use std::rc::Rc;

pub struct World {
    pub platform: TestPlatform,
    pub backend: Rc<TestBackend>,
    pub store: Rc<Store>,
}

impl World {
    pub fn new(mode: CacheMode) -> Self {
        Self::on(TestBackend::new(mode))
    }

    pub fn on(backend: Rc<TestBackend>) -> Self {
        let platform = TestPlatform::new();
        let store = platform
            .block(Store::open(platform.shared(), backend.clone()))
            .expect("it opens");
        Self {
            platform,
            backend,
            store,
        }
    }

    pub fn access(&self, script: &str) -> Access {
        self.store
            .access(ScriptId::parse(script).expect("a script id"))
    }

    /// The answer, now or after what the backend has to do.
    pub fn wait<T: 'static>(&self, answer: Result<MaybePending<T>, Error>) -> Result<T, Error> {
        self.platform.block(answer?.answer())
    }

    pub fn get(&self, access: &Access, key: &str) -> Option<Value> {
        self.wait(access.get(key))
            .expect("a readable key")
            .map(|value| (*value).clone())
    }

    pub fn set(&self, access: &Access, key: &str, value: i64) {
        self.wait(access.set(key, Value::Int(value), None))
            .expect("a writable key");
    }

    pub fn delete(&self, access: &Access, key: &str) -> bool {
        self.wait(access.delete(key)).expect("a writable key")
    }

    pub fn list(&self, access: &Access, prefix: &str) -> Vec<String> {
        self.wait(access.list(prefix)).expect("a listing")
    }

    pub fn settle(&self, access: &Access) -> Result<(), Error> {
        self.platform.block(access.settle())
    }

    /// What the backend holds: keys and JSON texts.
    pub fn stored(&self) -> Vec<(String, String)> {
        self.backend
            .records()
            .into_iter()
            .map(|record| (record.key, record.value))
            .collect()
    }
}

/// The answer that must be there without waiting.
pub fn ready<T>(answer: Result<MaybePending<T>, Error>) -> T {
    match answer.expect("an answer") {
        MaybePending::Ready(answer) => answer,
        MaybePending::Pending(_) => panic!("it has to ask the backend"),
    }
}

pub fn int(value: i64) -> Option<Value> {
    Some(Value::Int(value))
}
