//! The functions of a session's scripts that are compiled, for all its runs.
//!
//! Code is found by what its function is, instruction by instruction: whoever runs the same script again begins with it. Nothing of
//! a run is in it, so it may outlive the run, and the table index that calls it stays while the session does.

#![cfg_attr(
    not(target_arch = "wasm32"),
    allow(dead_code, reason = "native code is not compiled")
)]

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

#[cfg(test)]
mod tests {
    use super::{BYTES, Compiled, FAILURES, FUNCTIONS};
    use crate::platform::{Compilation, Compiler};
    use crate::protocol::Heat;
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;

    const HEAT: Heat = Heat {
        threshold: 1,
        watched: 1,
    };

    /// Notes what it is given; its codes count up.
    struct Notes {
        given: RefCell<Vec<(Vec<u32>, Option<u32>)>>,
        released: RefCell<Vec<u32>>,
        answer: Cell<Compilation>,
    }

    impl Compiler for Notes {
        fn is_ready(&self) -> bool {
            true
        }

        fn compile(&self, description: &[u32], replaces: Option<u32>) -> Compilation {
            self.given
                .borrow_mut()
                .push((description.to_vec(), replaces));
            match self.answer.get() {
                Compilation::Done { code, bytes } => {
                    self.answer.set(Compilation::Done {
                        code: code + 1,
                        bytes,
                    });
                    let code = replaces.unwrap_or(code);
                    Compilation::Done { code, bytes }
                }
                other => other,
            }
        }

        fn release(&self, code: u32) {
            self.released.borrow_mut().push(code);
        }
    }

    fn made(answer: Compilation) -> (Rc<Notes>, Compiled) {
        let notes = Rc::new(Notes {
            given: RefCell::default(),
            released: RefCell::default(),
            answer: Cell::new(answer),
        });
        (notes.clone(), Compiled::new(notes, HEAT))
    }

    fn function(number: u32) -> Box<[u32]> {
        [number, 0, 0, 0].into()
    }

    const DONE: Compilation = Compilation::Done {
        code: 7,
        bytes: 100,
    };

    #[test]
    fn given_a_function_that_was_compiled_then_it_is_found_and_not_compiled_again() {
        let (notes, compiled) = made(DONE);
        assert_eq!(compiled.find(&function(1)), None);
        assert_eq!(compiled.compile(function(1), [9].into()), Some(7));
        assert_eq!(compiled.find(&function(1)), Some(7));
        assert_eq!(compiled.compile(function(1), [8].into()), Some(7));
        assert_eq!(*notes.given.borrow(), [(vec![1, 0, 0, 0, 9], None)]);
        assert_eq!(compiled.bytes(), 100);
        drop(compiled);
        assert_eq!(*notes.released.borrow(), [7]);
    }

    #[test]
    fn given_guesses_that_failed_then_code_without_them_takes_its_place_a_bounded_number_of_times()
    {
        let (notes, compiled) = made(DONE);
        compiled.compile(function(1), [9].into());
        for pc in 0..100 {
            compiled.has_failed(&function(1), pc);
            compiled.has_failed(&function(1), pc);
        }
        compiled.has_failed(&function(2), 0);
        let given = notes.given.borrow();
        assert_eq!(given.len(), 1 + FAILURES);
        assert_eq!(given[2], (vec![1, 0, 0, 2, 9, 0, 1], Some(7)));
        assert_eq!(compiled.find(&function(1)), Some(7));
    }

    #[test]
    fn given_more_functions_or_bytes_than_a_session_may_have_then_no_more_are_compiled() {
        let (_, compiled) = made(DONE);
        for number in 0..1000 {
            compiled.compile(function(number), [].into());
        }
        let found = (0..1000).filter(|number| compiled.find(&function(*number)).is_some());
        assert_eq!(found.count(), FUNCTIONS);

        let (_, compiled) = made(Compilation::Done {
            code: 1,
            bytes: BYTES / 2,
        });
        let codes = (0..4).map(|number| compiled.compile(function(number), [].into()));
        assert_eq!(codes.collect::<Vec<_>>(), [Some(1), Some(2), None, None]);
    }

    #[test]
    fn given_a_refused_function_then_others_are_compiled_and_given_an_engine_that_fails_then_none()
    {
        let (notes, compiled) = made(Compilation::Refused);
        assert_eq!(compiled.compile(function(1), [].into()), None);
        notes.answer.set(DONE);
        assert_eq!(compiled.compile(function(1), [].into()), None);
        assert_eq!(compiled.compile(function(2), [].into()), Some(7));

        notes.answer.set(Compilation::Failed);
        assert_eq!(compiled.compile(function(3), [].into()), None);
        notes.answer.set(DONE);
        assert_eq!(compiled.compile(function(4), [].into()), None);
        assert!(!compiled.is_ready() && compiled.heat().is_none());
    }
}
