//! Calls: of compiled functions right away, of some functions in C as if they were instructions, of all else by Lua.

use super::{HELPERS, Lowering, helper, local};
use crate::input::callee;
use crate::opcode::tag;
use crate::wasm::{I32, Label, op};

impl Lowering<'_> {
    /// `R[A], ... := R[A](...)`.
    pub fn call(&mut self, pc: usize, a: usize, b: usize, c: usize) {
        let layout = self.layout;
        match (self.function.seen(pc).callee, b, c) {
            (callee::SQRT, 2, 2) => self.call_of_float(pc, a, layout.known_sqrt, &[op::F64_SQRT]),
            (callee::ABS, 2, 2) => self.call_of_float(pc, a, layout.known_abs, &[op::F64_ABS]),
            (callee::FLOOR, 2, 2) => self.call_of_floor(pc, a),
            (callee::BYTE, 3, 2) => self.call_of_byte(pc, a),
            _ => self.call_any(pc, a, b, c),
        }
    }

    /// Begins a call that is an instruction where the register has this function: gives the ways out.
    fn known_function(&mut self, a: usize, function: u32) -> (Label, Label) {
        self.sync();
        let (done, slow) = (self.code.block(), self.code.block());
        self.require_tag(a, tag::C_FUNCTION, slow);
        self.push_address(a);
        self.code.i32(function);
        self.code.op(op::I32_NE);
        self.code.br_if(slow);
        (done, slow)
    }

    /// Ends it, with the result in VALUE and TAG.
    fn end_known(&mut self, pc: usize, a: usize, b: usize, done: Label) {
        self.code.br(done);
        self.code.end();
        self.call_any(pc, a, b, 2);
        self.load_any(a);
        self.code.end();
        self.forget(a..self.function.stack);
        self.set_any(a);
    }

    fn result_is(&mut self, of_tag: u8) {
        self.code.set(local::VALUE);
        self.code.i32(u32::from(of_tag));
        self.code.set(local::TAG);
    }

    fn call_of_float(&mut self, pc: usize, a: usize, function: u32, instructions: &[u8]) {
        self.cache(a + 1);
        let (done, slow) = self.known_function(a, function);
        self.require_tag(a + 1, tag::FLOAT, slow);
        self.push_float(a + 1);
        self.code.ops(instructions);
        self.code.op(op::I64_REINTERPRET_F64);
        self.result_is(tag::FLOAT);
        self.end_known(pc, a, 2, done);
    }

    fn call_of_floor(&mut self, pc: usize, a: usize) {
        self.cache(a + 1);
        let (done, slow) = self.known_function(a, self.layout.known_floor);
        if self.known(a + 1) == tag::INT {
            self.push_bits(a + 1);
        } else {
            self.require_tag(a + 1, tag::FLOAT, slow);
            self.push_float(a + 1);
            self.code.op(op::F64_FLOOR);
            self.code.tee(local::NUMBER);
            // What no integer is stays a float.
            self.code.op(op::F64_ABS);
            self.code.f64(9e18);
            self.code.op(op::F64_LT);
            self.code.op(op::I32_EQZ);
            self.code.br_if(slow);
            self.code.get(local::NUMBER);
            self.code.op(op::I64_TRUNC_F64_S);
        }
        self.result_is(tag::INT);
        self.end_known(pc, a, 2, done);
    }

    /// `string.byte(text, at)`.
    fn call_of_byte(&mut self, pc: usize, a: usize) {
        let layout = self.layout;
        self.cache(a + 2);
        let (done, slow) = self.known_function(a, layout.known_byte);
        self.require_string(a + 1, slow);
        self.require_tag(a + 2, tag::INT, slow);
        self.push_address(a + 1);
        self.code.set(local::T0);
        self.push_bits(a + 2);
        self.code.i64(1);
        self.code.op(op::I64_SUB);
        self.code.tee(local::VALUE);
        self.push_tag(a + 1);
        self.code.i32(u32::from(tag::SHORT_STRING));
        self.code.op(op::I32_EQ);
        self.code.if_gives(I32);
        self.code.get(local::T0);
        self.code.i32_load8_u(layout.string_short_length);
        self.code.r#else();
        self.code.get(local::T0);
        self.code.i32_load(layout.string_long_length);
        self.code.end();
        self.code.op(op::I64_EXTEND_I32_U);
        self.code.op(op::I64_LT_U);
        self.code.op(op::I32_EQZ);
        self.code.br_if(slow);
        self.code.get(local::T0);
        self.code.get(local::VALUE);
        self.code.op(op::I32_WRAP_I64);
        self.code.op(op::I32_ADD);
        self.code.i32_load8_u(layout.string_contents);
        self.code.op(op::I64_EXTEND_I32_U);
        self.result_is(tag::INT);
        self.end_known(pc, a, 3, done);
    }

    fn call_any(&mut self, pc: usize, a: usize, b: usize, c: usize) {
        let layout = self.layout;
        let size = layout.value;
        self.sync();
        self.code.get(local::CI);
        self.push_code(pc + 1);
        self.code.i32_store(layout.ci_savedpc);
        let (done, slow) = (self.code.block(), self.code.block());
        let function = size * a as u32;
        self.require_tag(a, tag::LUA_CLOSURE, slow);
        self.push_address(a);
        self.code.i32_load(layout.closure_proto);
        self.code.tee(local::T0);
        let is_itself =
            self.function.seen(pc).callee == callee::ITSELF && b != 0 && self.guesses(pc);
        if is_itself {
            self.code.get(local::CLOSURE);
            self.code.i32_load(layout.closure_proto);
            self.code.op(op::I32_NE);
        } else {
            self.code.i32_load(layout.proto_jit);
            self.code.tee(local::T1);
            self.code.op(op::I32_EQZ);
        }
        self.code.br_if(slow);
        // A frame that is there already, room on both stacks.
        self.code.get(local::CI);
        self.code.i32_load(layout.ci_next);
        self.code.tee(local::T2);
        self.code.op(op::I32_EQZ);
        self.code.br_if(slow);
        self.code.get(local::DEPTH);
        self.code.i32(layout.depth_limit);
        self.code.op(op::I32_GT_S);
        self.code.br_if(slow);
        self.code.get(local::L);
        if b == 0 {
            self.code.i32_load(layout.state_top);
            self.code.set(local::T3);
        } else {
            self.code.get(local::BASE);
            self.code.i32(function + size * b as u32);
            self.code.op(op::I32_ADD);
            self.code.tee(local::T3);
            self.code.i32_store(layout.state_top);
        }
        self.code.get(local::L);
        self.code.i32_load(layout.state_stack_last);
        self.code.get(local::T3);
        self.code.op(op::I32_SUB);
        self.push_callee_stack(is_itself);
        self.code.tee(local::TAG);
        self.code.op(op::I32_LE_S);
        self.code.br_if(slow);
        // Nothing is missing of the parameters.
        if !is_itself {
            self.code.get(local::T0);
            self.code.i32_load8_u(layout.proto_params);
            if b == 0 {
                self.code.i32(size);
                self.code.op(op::I32_MUL);
                self.code.get(local::T3);
                self.code.get(local::BASE);
                self.code.i32(function + size);
                self.code.op(op::I32_ADD);
                self.code.op(op::I32_SUB);
            } else {
                self.code.i32(b as u32 - 1);
            }
            self.code.op(op::I32_GT_S);
            self.code.br_if(slow);
        } else if self.function.params > b - 1 {
            self.code.br(slow);
        }
        self.code.get(local::T2);
        self.push_register_address(function);
        self.code.i32_store(layout.ci_func);
        self.code.get(local::T2);
        self.push_register_address(function + size);
        self.code.get(local::TAG);
        self.code.op(op::I32_ADD);
        self.code.i32_store(layout.ci_top);
        // How many results are wanted, and no status.
        self.code.get(local::T2);
        self.code.i32((c as u32).wrapping_sub(1) & 0xffff);
        self.code.i32_store(layout.ci_nresults);
        self.code.get(local::T2);
        if is_itself {
            self.code.get(local::CODE);
        } else {
            self.code.get(local::T0);
            self.code.i32_load(layout.proto_code);
        }
        self.code.i32_store(layout.ci_savedpc);
        self.code.get(local::L);
        self.code.get(local::T2);
        self.code.i32_store(layout.state_ci);
        self.code.get(local::L);
        self.code.get(local::T2);
        self.code.i32(0);
        self.code.get(local::DEPTH);
        if is_itself {
            self.code.call(HELPERS.len() as u32);
        } else {
            self.code.get(local::T1);
            self.code.call_indirect(0);
        }
        self.code.set(local::T0);
        self.code.br(done);
        self.code.end();
        self.push_place(pc);
        self.code.call(helper::call);
        self.code.set(local::T0);
        self.code.end();
        // What did not return is run to its end, or with all that called it by the interpreter.
        self.code.get(local::T0);
        self.code.r#if();
        self.code.get(local::L);
        self.code.get(local::CI);
        self.code.get(local::T0);
        self.code.get(local::DEPTH);
        self.code.call(helper::finish);
        self.code.tee(local::T0);
        self.code.r#if();
        self.code.get(local::T0);
        self.code.op(op::RETURN);
        self.code.end();
        self.code.end();
        self.tell_depth();
        self.rebase();
        self.forget(a..self.function.stack);
    }

    /// Pushes how many bytes of Lua's stack the callee's registers take.
    fn push_callee_stack(&mut self, is_itself: bool) {
        if is_itself {
            self.code
                .i32(self.layout.value * self.function.stack as u32);
        } else {
            self.code.get(local::T0);
            self.code.i32_load8_u(self.layout.proto_stack);
            self.code.i32(self.layout.value);
            self.code.op(op::I32_MUL);
        }
    }

    fn push_register_address(&mut self, offset: u32) {
        self.code.get(local::BASE);
        if offset != 0 {
            self.code.i32(offset);
            self.code.op(op::I32_ADD);
        }
    }
}
