use crate::protocol::ModuleOp;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// A module's source.
pub struct Module {
    /// What scripts require it by, and what messages and tracebacks call it.
    pub spec: String,
    /// Lua source.
    pub source: Vec<u8>,
}

/// A session's modules.
#[derive(Default)]
pub struct Modules {
    files: RefCell<HashMap<String, Rc<Module>>>,
}

impl Modules {
    /// Does what the host asks.
    pub fn apply(&self, op: ModuleOp) {
        match op {
            ModuleOp::Register { name, source } => {
                let spec = format!("file://{name}");
                let module = Rc::new(Module { spec, source });
                self.files.borrow_mut().insert(name, module);
            }
            ModuleOp::Remove { name } => drop(self.files.borrow_mut().remove(&name)),
            ModuleOp::ClearFetched => {}
            ModuleOp::Clear => self.files.borrow_mut().clear(),
        }
    }

    /// The module that the host registered by this name.
    pub fn file(&self, name: &str) -> Option<Rc<Module>> {
        self.files.borrow().get(name).cloned()
    }
}
