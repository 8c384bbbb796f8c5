//! Where blocks end: jumps, loops, returns; and what is known where they meet.

use super::registers::{IN_MEMORY, Kind, State};
use super::{Lowering, helper, local, status};
use crate::opcode::{Op, tag};
use crate::wasm::op;

impl Lowering<'_> {
    /// The instruction that ends a block.
    pub fn ending(&mut self, pc: usize) {
        use Op::*;
        let instruction = self.function.code[pc];
        let (a, b, c) = (instruction.a(), instruction.b(), instruction.c());
        let to: Vec<usize> = self
            .function
            .successors(pc)
            .unwrap_or_default()
            .iter()
            .map(|pc| self.flow.at[*pc])
            .collect();
        match instruction.op() {
            Jmp => self.branch(to[0]),
            LFalseSkip => {
                self.set_singleton(a, tag::FALSE);
                self.branch(to[0]);
            }
            TForPrep => {
                self.sync();
                self.push_place(pc);
                self.code.call(helper::tfor_prep);
                self.rebase();
                self.now[a + 3] = IN_MEMORY;
                self.branch(to[0]);
            }
            TestSet => {
                self.cache(b);
                self.push_is_false(b);
                if instruction.k() {
                    self.code.op(op::I32_EQZ);
                }
                self.code.r#if();
                self.keeping(|this| {
                    this.copy(b, a);
                    this.branch(to[0]);
                });
                self.code.r#else();
                self.branch(to[1]);
                self.code.end();
            }
            Return0 | Return1 => self.return_fast(pc, instruction.op() == Return1),
            Return if (b == 1 || b == 2) && !instruction.k() && c == 0 => {
                self.return_fast(pc, b == 2)
            }
            Return => self.return_by(pc, helper::ret),
            TailCall => self.return_by(pc, helper::tail_call),
            ForPrep => self.for_prep(pc, a, &to),
            ForLoop => self.for_loop(pc, a, &to),
            TForCall => self.tfor_call(pc, a, &to),
            _ => {
                let condition = self.condition(pc);
                self.two_ways(condition, &to);
            }
        }
    }

    /// To the first block where the condition that was pushed is `wanted`, else to the second.
    fn two_ways(&mut self, wanted: bool, to: &[usize]) {
        if !wanted {
            self.code.op(op::I32_EQZ);
        }
        self.code.r#if();
        self.keeping(|this| this.branch(to[0]));
        self.code.r#else();
        self.branch(to[1]);
        self.code.end();
    }

    fn return_by(&mut self, pc: usize, function: u32) {
        self.sync();
        self.push_place(pc);
        self.code.call(function);
        self.code.op(op::RETURN);
    }

    /// Returns none or one value to a caller that wants no more than that.
    fn return_fast(&mut self, pc: usize, has_value: bool) {
        let layout = self.layout;
        let a = self.function.code[pc].a();
        self.code.get(local::CI);
        self.code.i32_load16_s(layout.ci_nresults);
        self.code.tee(local::TAG);
        self.code.i32(u32::from(has_value));
        self.code.op(op::I32_GT_S);
        self.code.r#if();
        self.flush(pc);
        self.push_place(pc);
        self.code.call(helper::ret);
        self.code.op(op::RETURN);
        self.code.end();
        self.code.get(local::L);
        self.code.get(local::CI);
        self.code.i32_load(layout.ci_previous);
        self.code.i32_store(layout.state_ci);
        self.code.get(local::BASE);
        self.code.i32(layout.value);
        self.code.op(op::I32_SUB);
        self.code.set(local::T0);
        if has_value {
            // The value goes where the function was; top is behind it, or there if nobody wants it.
            self.code.get(local::TAG);
            self.code.r#if();
            self.code.get(local::T0);
            self.push_bits(a);
            self.code.i64_store(0);
            self.code.get(local::T0);
            self.push_tag(a);
            self.code.i32_store8(8);
            self.code.get(local::BASE);
            self.code.set(local::T0);
            self.code.end();
        }
        self.code.get(local::L);
        self.code.get(local::T0);
        self.code.i32_store(layout.state_top);
        self.code.i32(status::RETURNED);
        self.code.op(op::RETURN);
    }

    fn for_prep(&mut self, pc: usize, a: usize, to: &[usize]) {
        for register in a..a + 3 {
            self.cache(register);
        }
        if self.guesses(pc) {
            for register in [a, a + 2, a + 1] {
                if self.known(register) == tag::UNKNOWN
                    && matches!(
                        self.function.seen_tag(pc, register),
                        tag::INT | tag::UNKNOWN
                    )
                {
                    self.guard(register, tag::INT, pc);
                }
            }
        }
        let are_ints = |this: &Self, registers: &[usize]| {
            registers
                .iter()
                .all(|register| this.known(*register) == tag::INT)
        };
        match self.constant_step(pc) {
            Some(step) if are_ints(self, &[a, a + 1, a + 2]) => {
                self.push_bits(a);
                self.push_bits(a + 1);
                self.code
                    .op(if step > 0 { op::I64_GT_S } else { op::I64_LT_S });
                self.code.r#if();
                self.keeping(|this| this.branch(to[1]));
                self.code.r#else();
                let (more, less) = if step > 0 { (a + 1, a) } else { (a, a + 1) };
                self.push_bits(more);
                self.push_bits(less);
                self.code.op(op::I64_SUB);
                if step.abs() != 1 {
                    self.code.i64(step.abs());
                    self.code.op(op::I64_DIV_U);
                }
                self.set_int(a + 1);
            }
            _ => {
                let counts = are_ints(self, &[a, a + 2]);
                self.sync();
                self.push_place(pc);
                self.code.call(helper::for_prep);
                self.code.set(local::TAG);
                self.rebase();
                self.forget(a..a + 4);
                if counts {
                    for register in a..a + 3 {
                        self.now[register].memory_tag = tag::INT;
                    }
                }
                self.code.get(local::TAG);
                self.code.r#if();
                self.keeping(|this| this.branch(to[1]));
                self.code.r#else();
                if !counts {
                    self.branch(to[0]);
                    self.code.end();
                    return;
                }
                for register in a..a + 3 {
                    self.cache(register);
                }
            }
        }
        self.push_bits(a);
        self.set_int(a + 3);
        self.branch(to[0]);
        self.code.end();
    }

    /// The step of a numerical loop, where it is a constant: nothing may jump between that and the loop.
    fn constant_step(&self, pc: usize) -> Option<i64> {
        let before = self.function.code[pc.checked_sub(1)?];
        let is_step = before.op() == Op::LoadI && before.a() == self.function.code[pc].a() + 2;
        let is_straight = self.flow.at[pc] == crate::flow::NONE;
        (is_step && is_straight && before.sbx() != 0).then(|| before.sbx())
    }

    fn for_loop(&mut self, pc: usize, a: usize, to: &[usize]) {
        if (a..a + 3).any(|register| self.known(register) != tag::INT) {
            self.sync();
            self.push_place(pc);
            self.code.call(helper::for_loop);
            for register in [a, a + 1, a + 3] {
                self.now[register] = IN_MEMORY;
            }
            return self.two_ways(true, to);
        }
        self.push_bits(a + 1);
        self.code.op(op::I64_EQZ);
        self.code.op(op::I32_EQZ);
        self.code.r#if();
        self.keeping(|this| {
            this.push_bits(a + 1);
            this.code.i64(1);
            this.code.op(op::I64_SUB);
            this.set_int(a + 1);
            this.push_bits(a);
            this.push_bits(a + 2);
            this.code.op(op::I64_ADD);
            this.set_int(a);
            this.push_bits(a);
            this.set_int(a + 3);
            this.branch(to[0]);
        });
        self.code.r#else();
        self.branch(to[1]);
        self.code.end();
    }

    fn tfor_call(&mut self, pc: usize, a: usize, to: &[usize]) {
        self.sync();
        self.push_place(pc);
        self.code.call(helper::tfor_call);
        self.code.set(local::TAG);
        self.rebase();
        self.forget(a + 4..self.function.stack);
        self.code.get(local::TAG);
        self.leave_if(pc + 1);
        self.push_tag(a + 4);
        self.code.i32(15);
        self.code.op(op::I32_AND);
        self.code.r#if();
        self.keeping(|this| {
            this.load_any(a + 4);
            this.store_any(a + 2);
            this.now[a + 2] = IN_MEMORY;
            this.branch(to[0]);
        });
        self.code.r#else();
        self.branch(to[1]);
        self.code.end();
    }

    /// On to a block, with the registers as it wants them.
    pub fn branch(&mut self, to: usize) {
        if !self.writes {
            return self.join(to);
        }
        let pc = self.flow.blocks[to].start;
        let wanted = self.entry_states[to]
            .clone()
            .unwrap_or_else(|| vec![IN_MEMORY; self.function.stack]);
        // Guards first: they leave with what is known here.
        for (register, state) in wanted.iter().enumerate() {
            let kind = state.kind;
            if self.flow.is_live(pc, register)
                && kind.tag() != tag::UNKNOWN
                && self.now[register].kind != kind
            {
                self.guard(register, kind.tag(), pc);
            }
        }
        for (register, state) in wanted.iter().enumerate() {
            if self.flow.is_live(pc, register) {
                self.reconcile(register, state.kind);
            } else {
                if self.flow.is_named(pc, register) {
                    self.flush_named(register);
                }
                self.now[register] = IN_MEMORY;
            }
        }
        if self.flow.number[to] <= self.flow.number[self.block] {
            let length = self.flow.blocks[self.block].last.saturating_sub(pc);
            self.now = wanted;
            self.burn(length, pc);
            let label = self.loop_labels[to];
            self.code.br(label);
        } else {
            self.follow(to);
        }
    }

    /// Adds what is known here to what is known where a block begins.
    fn join(&mut self, to: usize) {
        let pc = self.flow.blocks[to].start;
        let is_header = self.flow.is_header[to];
        let before = self.entry_states[to].take();
        let mut states = match &before {
            Some(states) => self.joined(to, states),
            None => self.first_states(to),
        };
        for (register, state) in states.iter_mut().enumerate() {
            if !self.flow.is_live(pc, register) {
                continue;
            }
            // What is written on the way may have any tag.
            let now = self.now[register];
            if state.kind == Kind::Memory && now.is_dirty && state.memory_tag != now.kind.tag() {
                state.memory_tag = tag::UNKNOWN;
            }
            if !is_header {
                continue;
            }
            if !self.guesses(pc) && state.kind.tag() != tag::UNKNOWN {
                state.kind = Kind::Any;
            }
            // The interpreter, when it enters here, has any tags in memory.
            if state.memory_tag != state.kind.tag() {
                state.memory_tag = tag::UNKNOWN;
            }
        }
        self.changed |= before.as_ref() != Some(&states);
        self.entry_states[to] = Some(states);
    }

    fn first_states(&self, to: usize) -> Vec<State> {
        let pc = self.flow.blocks[to].start;
        let mut states = self.now.clone();
        for (register, state) in states.iter_mut().enumerate() {
            if !self.flow.is_live(pc, register) {
                *state = IN_MEMORY;
            } else if self.flow.is_header[to]
                && !self.function.captured[register]
                && matches!(state.kind, Kind::Memory | Kind::Any)
                && self.is_used_in(to, register)
            {
                let guess =
                    Kind::of(self.flow.seen_in_loop(to, register)).filter(|_| self.guesses(pc));
                state.kind = guess.unwrap_or(Kind::Any);
            }
        }
        states
    }

    fn joined(&self, to: usize, before: &[State]) -> Vec<State> {
        let pc = self.flow.blocks[to].start;
        let is_header = self.flow.is_header[to];
        let is_forward = self.flow.number[to] > self.flow.number[self.block];
        let mut states = before.to_vec();
        for (register, state) in states.iter_mut().enumerate() {
            if !self.flow.is_live(pc, register) {
                continue;
            }
            let (old, now) = (*state, self.now[register]);
            if old.kind != now.kind {
                let in_loop = is_header && self.is_used_in(to, register);
                state.kind = match (old.kind, now.kind) {
                    (Kind::Memory, _) => Kind::Memory,
                    (kind, Kind::Memory)
                        if in_loop
                            && now.memory_tag != tag::UNKNOWN
                            && now.memory_tag == kind.tag() =>
                    {
                        kind
                    }
                    (kind, Kind::Memory | Kind::Any)
                        if in_loop && is_forward && self.guesses(pc) =>
                    {
                        kind
                    }
                    (_, Kind::Memory) if !in_loop => Kind::Memory,
                    _ => Kind::Any,
                };
            }
            state.is_dirty = (old.is_dirty || now.is_dirty) && state.kind != Kind::Memory;
            if old.memory_tag != now.memory_tag || state.kind == Kind::Memory && old.is_dirty {
                state.memory_tag = tag::UNKNOWN;
            }
        }
        states
    }

    fn is_used_in(&self, header: usize, register: usize) -> bool {
        self.flow.seen_in_loop(header, register) != tag::UNKNOWN
    }
}
