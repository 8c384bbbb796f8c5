//! The functions of a session's scripts that are compiled, for all its runs.
//!
//! Code is found by what its function is, instruction by instruction: whoever runs the same script again begins with it. Nothing of
//! a run is in it, so it may outlive the run, and the table index that calls it stays while the session does.

use crate::platform::{Compilation, Compiler};
use crate::protocol::Heat;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// How many functions, and bytes of code, a session may have.
const FUNCTIONS: usize = 500;
const BYTES: usize = 4 << 20;

/// How many guesses of a function may have failed; then it makes none.
const FAILURES: usize = 40;

/// The compiled functions of a session.
pub struct Compiled {
    compiler: Rc<dyn Compiler>,
    heat: Heat,
    functions: RefCell<HashMap<Box<[u32]>, Function>>,
    bytes: Cell<usize>,
    /// The engine has refused code: nothing more is compiled.
    is_off: Cell<bool>,
}

/// A function that was compiled, or cannot be.
struct Function {
    code: Option<u32>,
    profile: Box<[u32]>,
    /// Where guesses failed.
    failures: Vec<u32>,
}

impl Compiled {
    /// None yet.
    #[must_use]
    pub fn new(compiler: Rc<dyn Compiler>, heat: Heat) -> Self {
        Self {
            compiler,
            heat,
            functions: RefCell::default(),
            bytes: Cell::new(0),
            is_off: Cell::new(false),
        }
    }

    /// When functions are hot; and whether any is compiled already.
    pub(in crate::sandbox) fn heat(&self) -> Option<(Heat, bool)> {
        (!self.is_off.get()).then(|| (self.heat, !self.functions.borrow().is_empty()))
    }

    /// Whether functions can be compiled now; the compiler is loaded if it is not there.
    pub(in crate::sandbox) fn is_ready(&self) -> bool {
        !self.is_off.get() && self.compiler.is_ready()
    }

    /// How many bytes of code there are, replaced ones too.
    pub(in crate::sandbox) fn bytes(&self) -> usize {
        self.bytes.get()
    }

    /// The code of a function that was compiled before.
    pub(in crate::sandbox) fn find(&self, description: &[u32]) -> Option<u32> {
        self.functions.borrow().get(description)?.code
    }

    /// Compiles a function.
    pub(in crate::sandbox) fn compile(
        &self,
        description: Box<[u32]>,
        profile: Box<[u32]>,
    ) -> Option<u32> {
        if self.functions.borrow().contains_key(&description) {
            return self.find(&description);
        }
        if self.functions.borrow().len() >= FUNCTIONS {
            return None;
        }
        let mut function = Function {
            code: None,
            profile,
            failures: Vec::new(),
        };
        self.make(&description, &mut function);
        let code = function.code;
        self.functions.borrow_mut().insert(description, function);
        code
    }

    /// Compiles it again, without what was guessed at an instruction.
    pub(in crate::sandbox) fn has_failed(&self, description: &[u32], pc: u32) {
        let mut functions = self.functions.borrow_mut();
        let Some(function) = functions.get_mut(description) else {
            return;
        };
        if function.failures.contains(&pc) || function.failures.len() >= FAILURES {
            return;
        }
        function.failures.push(pc);
        self.make(description, function);
    }

    /// Compiles a function, in place of the code that it has.
    fn make(&self, description: &[u32], function: &mut Function) {
        if self.is_off.get() || self.bytes.get() >= BYTES {
            return;
        }
        let mut whole = description.to_vec();
        whole.extend(&*function.profile);
        whole.extend(&function.failures);
        // How many failures there are follows the numbers of instructions, constants and variables.
        whole[3] = u32::try_from(function.failures.len()).unwrap_or(0);
        match self.compiler.compile(&whole, function.code) {
            Compilation::Done { code, bytes } => {
                function.code = Some(code);
                self.bytes.set(self.bytes.get() + bytes);
            }
            Compilation::Refused => {}
            Compilation::Failed => self.is_off.set(true),
        }
    }
}

impl Drop for Compiled {
    fn drop(&mut self) {
        for function in self.functions.borrow().values() {
            if let Some(code) = function.code {
                self.compiler.release(code);
            }
        }
    }
}
