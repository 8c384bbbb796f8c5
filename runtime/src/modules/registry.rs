//! The session's modules: what the page registers, and what is fetched.

use super::cache::Cache;
use super::fetch::Fetcher;
use super::policy::{BuiltIn, Policy};
use super::spec::{Location, failure, is_relative};
use crate::platform::Platform;
use crate::protocol::limits::MODULE_SPEC_BYTES;
use crate::protocol::{Error, Event, ModuleOp};
use crate::storage::Pending;
use crate::text;
use futures::FutureExt as _;
use futures::future::{Shared, WeakShared};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// A module's source.
pub struct Module {
    /// What messages and tracebacks call it, and names in it are relative to: a spec.
    pub name: String,
    /// Lua source.
    pub source: Vec<u8>,
}

/// A session's modules.
pub struct Modules {
    platform: Rc<dyn Platform>,
    policy: RefCell<Rc<dyn Policy>>,
    resolve: RefCell<Option<Resolve>>,
    files: RefCell<HashMap<String, Rc<Module>>>,
    fetched: RefCell<Cache>,
    /// What is being fetched; given up when nobody waits for it any more.
    fetching: RefCell<HashMap<String, WeakShared<Pending<Rc<Module>>>>>,
}

/// Asks what is meant by a name without a scheme in a module of this spec: the spec, if any.
pub type Resolve = Rc<dyn Fn(String, Option<String>) -> Pending<Option<String>>>;

/// A module that was asked for.
pub enum ModuleState {
    /// It is there.
    Ready(Rc<Module>),
    /// It is being fetched.
    Later(Shared<Pending<Rc<Module>>>),
    /// There is none; the text says so.
    Missing(String),
}

impl Modules {
    /// No modules yet, and the built-in policy.
    pub fn new(platform: Rc<dyn Platform>) -> Self {
        Self {
            platform,
            policy: RefCell::new(Rc::new(BuiltIn)),
            resolve: RefCell::default(),
            files: RefCell::default(),
            fetched: RefCell::default(),
            fetching: RefCell::default(),
        }
    }

    /// Asks `policy` from now on.
    pub fn set_policy(&self, policy: Rc<dyn Policy>) {
        self.policy.replace(policy);
    }

    /// Asks `resolve` from now on what names without a scheme mean.
    pub fn set_resolve(&self, resolve: Resolve) {
        self.resolve.replace(Some(resolve));
    }

    /// What the host says that `name` means in the module `from`: a spec, or none. None when it is not asked.
    pub fn resolve(&self, name: &str, from: Option<&[u8]>) -> Option<Pending<Option<String>>> {
        let resolve = self.resolve.borrow().clone()?;
        if name.len() > MODULE_SPEC_BYTES || !matches!(Location::parse(name), Ok(None)) {
            return None;
        }
        // Code may have any name.
        let from = from.filter(|from| from.len() <= MODULE_SPEC_BYTES);
        let from = from.and_then(|from| std::str::from_utf8(from).ok());
        let answer = resolve(name.to_owned(), from.map(str::to_owned));
        let name = name.to_owned();
        Some(Box::pin(async move {
            let spec = answer.await?;
            if let Some(spec) = &spec
                && Location::parse(spec)?.is_none()
            {
                let spec = text::name(spec.as_bytes());
                let why = format_args!("the page's resolve says '{spec}', which names no place");
                return Err(failure(&name, why));
            }
            Ok(spec)
        }))
    }

    /// Does what the host asks.
    pub fn apply(&self, op: ModuleOp) {
        match op {
            ModuleOp::Register { name, source } => {
                let module = Module {
                    name: format!("file://{name}"),
                    source,
                };
                self.files.borrow_mut().insert(name, Rc::new(module));
            }
            ModuleOp::Remove { name } => drop(self.files.borrow_mut().remove(&name)),
            ModuleOp::ClearFetched => self.clear_fetched(),
            ModuleOp::Clear => {
                self.files.borrow_mut().clear();
                self.clear_fetched();
            }
        }
    }

    /// The module of this spec. One that is being fetched is fetched once for all who ask.
    ///
    /// # Errors
    /// [`crate::protocol::ErrorKind::Module`] for a spec that names no place.
    pub fn find(self: &Rc<Self>, spec: &str) -> Result<ModuleState, Error> {
        let place = match Location::parse(spec)? {
            Some(Location::File(name)) => {
                return Ok(match self.files.borrow().get(&name) {
                    Some(module) => ModuleState::Ready(module.clone()),
                    None => ModuleState::Missing(format!("no file module '{name}' is registered")),
                });
            }
            Some(place) => place,
            None => return Ok(ModuleState::Missing(self.no_scheme(spec))),
        };
        if let Some(module) = self.fetched.borrow().get(spec) {
            return Ok(ModuleState::Ready(module));
        }
        let under_way = self
            .fetching
            .borrow()
            .get(spec)
            .and_then(WeakShared::upgrade);
        if let Some(fetch) = under_way {
            return Ok(ModuleState::Later(fetch));
        }
        let fetcher = Fetcher {
            platform: self.platform.clone(),
            policy: self.policy.borrow().clone(),
            spec: spec.to_owned(),
        };
        let modules = Rc::downgrade(self);
        let generation = self.fetched.borrow().generation();
        let fetch: Pending<Rc<Module>> = Box::pin(async move {
            let module = fetcher.module(place).await;
            let modules = modules
                .upgrade()
                .ok_or_else(|| failure(&fetcher.spec, "the session has ended"))?;
            // Since it was cleared, another fetch may be in progress.
            let current = modules.fetched.borrow().generation() == generation;
            if current {
                modules.fetching.borrow_mut().remove(&fetcher.spec);
            }
            let module = Rc::new(module?);
            if current {
                let kept = module.clone();
                modules.fetched.borrow_mut().add(&fetcher.spec, kept);
                modules.tell();
            }
            Ok(module)
        });
        let fetch = fetch.shared();
        let mut fetching = self.fetching.borrow_mut();
        fetching.retain(|_, fetch| fetch.upgrade().is_some());
        if let Some(weak) = fetch.downgrade() {
            fetching.insert(spec.to_owned(), weak);
        }
        Ok(ModuleState::Later(fetch))
    }

    fn clear_fetched(&self) {
        self.fetching.borrow_mut().clear();
        if self.fetched.borrow_mut().clear() {
            self.tell();
        }
    }

    fn tell(&self) {
        let count = self.fetched.borrow().count();
        self.platform.send(Event::ModulesFetched { count });
    }

    fn no_scheme(&self, name: &str) -> String {
        let hint = if self.files.borrow().contains_key(name) {
            format!("; there is 'file://{}'", text::name(name))
        } else if is_relative(name) {
            "; a relative name has a meaning inside a module alone".to_owned()
        } else {
            "; a module is named file://…, https://… or mediawiki://host/Module:…".to_owned()
        };
        format!("'{}' names no place{hint}", text::name(name))
    }
}
