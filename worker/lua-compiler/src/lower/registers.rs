//! What is known of registers, and where they are.

use super::{Lowering, helper, local};
use crate::opcode::{Op, tag};
use crate::wasm::{F64, I32, I64, Label, op};

/// Where a register is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// On Lua's stack.
    Memory,
    /// In two locals, its value and its tag.
    Any,
    /// In one local each.
    Int,
    Float,
    Table,
}

impl Kind {
    /// The kind of values with a tag.
    pub fn of(of_tag: u8) -> Option<Self> {
        match of_tag {
            tag::INT => Some(Self::Int),
            tag::FLOAT => Some(Self::Float),
            tag::TABLE => Some(Self::Table),
            _ => None,
        }
    }

    /// The tag of its values.
    pub fn tag(self) -> u8 {
        match self {
            Self::Int => tag::INT,
            Self::Float => tag::FLOAT,
            Self::Table => tag::TABLE,
            Self::Memory | Self::Any => tag::UNKNOWN,
        }
    }
}

/// What is known of a register.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct State {
    pub kind: Kind,
    /// Lua's stack does not have it yet.
    pub is_dirty: bool,
    /// The tag that Lua's stack has there.
    pub memory_tag: u8,
}

/// It is on Lua's stack, and no more is known.
pub const IN_MEMORY: State = State {
    kind: Kind::Memory,
    is_dirty: false,
    memory_tag: tag::UNKNOWN,
};

/// Bytes of a register's value, and where its tag is.
fn offset(register: usize) -> u32 {
    16 * register as u32
}

const TAG: u32 = 8;

impl Lowering<'_> {
    fn local_of(&mut self, register: usize, kind: usize) -> u32 {
        let at = register * 3 + kind;
        if self.locals[at] == 0 {
            self.locals[at] = local::FIRST + self.types.len() as u32;
            self.types.push([I64, F64, I32][kind]);
        }
        self.locals[at]
    }

    fn value_local(&mut self, register: usize) -> u32 {
        self.local_of(register, 0)
    }

    fn float_local(&mut self, register: usize) -> u32 {
        self.local_of(register, 1)
    }

    /// Of a table's address, or of the tag of any value.
    fn tag_local(&mut self, register: usize) -> u32 {
        self.local_of(register, 2)
    }

    /// The register's tag, as far as it is known.
    pub fn known(&self, register: usize) -> u8 {
        match self.now[register].kind {
            Kind::Memory => self.now[register].memory_tag,
            kind => kind.tag(),
        }
    }

    /// Pushes its tag.
    pub fn push_tag(&mut self, register: usize) {
        match self.known(register) {
            tag::UNKNOWN if self.now[register].kind == Kind::Any => {
                let tag = self.tag_local(register);
                self.code.get(tag);
            }
            tag::UNKNOWN => {
                self.code.get(local::BASE);
                self.code.i32_load8_u(offset(register) + TAG);
            }
            known => self.code.i32(u32::from(known)),
        }
    }

    /// Pushes its 64 bits.
    pub fn push_bits(&mut self, register: usize) {
        match self.now[register].kind {
            Kind::Int | Kind::Any => {
                let value = self.value_local(register);
                self.code.get(value);
            }
            Kind::Memory => {
                self.code.get(local::BASE);
                self.code.i64_load(offset(register));
            }
            Kind::Float => {
                let value = self.float_local(register);
                self.code.get(value);
                self.code.op(op::I64_REINTERPRET_F64);
            }
            Kind::Table => {
                let value = self.tag_local(register);
                self.code.get(value);
                self.code.op(op::I64_EXTEND_I32_U);
            }
        }
    }

    /// Pushes it as a float, which it is.
    pub fn push_float(&mut self, register: usize) {
        match self.now[register].kind {
            Kind::Float => {
                let value = self.float_local(register);
                self.code.get(value);
            }
            Kind::Memory => {
                self.code.get(local::BASE);
                self.code.f64_load(offset(register));
            }
            _ => {
                self.push_bits(register);
                self.code.op(op::F64_REINTERPRET_I64);
            }
        }
    }

    /// Pushes it as an address, which it is.
    pub fn push_address(&mut self, register: usize) {
        match self.now[register].kind {
            Kind::Table => {
                let value = self.tag_local(register);
                self.code.get(value);
            }
            Kind::Memory => {
                self.code.get(local::BASE);
                self.code.i32_load(offset(register));
            }
            _ => {
                self.push_bits(register);
                self.code.op(op::I32_WRAP_I64);
            }
        }
    }

    /// Reads it into locals, where it may be there.
    pub fn cache(&mut self, register: usize) {
        if self.now[register].kind != Kind::Memory || self.function.captured[register] {
            return;
        }
        self.now[register].kind = match Kind::of(self.now[register].memory_tag) {
            Some(Kind::Int) => {
                self.push_bits(register);
                let value = self.value_local(register);
                self.code.set(value);
                Kind::Int
            }
            Some(Kind::Float) => {
                self.push_float(register);
                let value = self.float_local(register);
                self.code.set(value);
                Kind::Float
            }
            Some(Kind::Table) => {
                self.push_address(register);
                let value = self.tag_local(register);
                self.code.set(value);
                Kind::Table
            }
            _ => {
                self.push_tag(register);
                let tag = self.tag_local(register);
                self.code.set(tag);
                self.push_bits(register);
                let value = self.value_local(register);
                self.code.set(value);
                Kind::Any
            }
        };
    }

    /// Writes one register to Lua's stack, as `state` says.
    fn flush_one(&mut self, register: usize, state: State) {
        let at = offset(register);
        self.code.get(local::BASE);
        match state.kind {
            Kind::Int => {
                let value = self.value_local(register);
                self.code.get(value);
                self.code.i64_store(at);
            }
            Kind::Float => {
                let value = self.float_local(register);
                self.code.get(value);
                self.code.f64_store(at);
            }
            Kind::Table => {
                let value = self.tag_local(register);
                self.code.get(value);
                self.code.i32_store(at);
            }
            Kind::Any | Kind::Memory => {
                let (value, tag) = (self.value_local(register), self.tag_local(register));
                self.code.get(value);
                self.code.i64_store(at);
                self.code.get(local::BASE);
                self.code.get(tag);
                self.code.i32_store8(at + TAG);
                return;
            }
        }
        if state.memory_tag != state.kind.tag() {
            self.code.get(local::BASE);
            self.code.i32(u32::from(state.kind.tag()));
            self.code.i32_store8(at + TAG);
        }
    }

    /// Writes what Lua's stack does not have yet and somebody may look for from `pc` on; what is known stays so, for this is
    /// on a side way.
    pub fn flush(&mut self, pc: usize) {
        for register in 0..self.now.len() {
            let is_wanted = self.flow.is_live(pc, register) || self.flow.is_named(pc, register);
            if self.now[register].is_dirty && is_wanted {
                self.flush_one(register, self.now[register]);
            }
        }
    }

    /// Writes all that Lua's stack does not have yet.
    pub fn sync(&mut self) {
        for register in 0..self.now.len() {
            let state = self.now[register];
            if state.is_dirty {
                self.flush_one(register, state);
                self.now[register].is_dirty = false;
                self.now[register].memory_tag = state.kind.tag();
            }
        }
    }

    /// Leaves to the interpreter, which goes on at `pc`.
    pub fn leave(&mut self, pc: usize) {
        self.flush(pc);
        self.code.i32(pc as u32);
        self.code.set(local::EXIT_PC);
        let exit = self.exit;
        self.code.br(exit);
    }

    /// The same where the condition that was pushed holds.
    pub fn leave_if(&mut self, pc: usize) {
        if self.layout.guards_fail != 0 {
            self.code.call(helper::fails);
            self.code.op(op::I32_OR);
        }
        self.code.r#if();
        self.leave(pc);
        self.code.end();
    }

    /// Whether guesses are made at a place: none where they failed.
    pub fn guesses(&self, pc: usize) -> bool {
        !self.function.generic.contains(&pc)
    }

    /// Makes sure of a tag: else leaves.
    pub fn guard(&mut self, register: usize, wanted: u8, pc: usize) {
        if self.known(register) == wanted {
            return self.cache(register);
        }
        self.cache(register);
        self.push_tag(register);
        self.code.i32(u32::from(wanted));
        self.code.op(op::I32_NE);
        self.leave_if(pc);
        self.learn(register, wanted);
    }

    /// Goes to `other` unless a register has a tag.
    pub fn require_tag(&mut self, register: usize, wanted: u8, other: Label) {
        self.push_tag(register);
        self.code.i32(u32::from(wanted));
        self.code.op(op::I32_NE);
        self.code.br_if(other);
    }

    /// Goes to `other` unless a register has a string, of whatever length.
    pub fn require_string(&mut self, register: usize, other: Label) {
        self.push_tag(register);
        self.code.i32(15);
        self.code.op(op::I32_AND);
        self.code.i32(u32::from(tag::SHORT_STRING & 15));
        self.code.op(op::I32_NE);
        self.code.br_if(other);
    }

    /// The tag was looked at.
    fn learn(&mut self, register: usize, seen: u8) {
        let was_clean = !self.now[register].is_dirty;
        if self.now[register].kind == Kind::Any {
            match seen {
                tag::INT => self.now[register].kind = Kind::Int,
                tag::FLOAT => {
                    self.push_float(register);
                    let value = self.float_local(register);
                    self.code.set(value);
                    self.now[register].kind = Kind::Float;
                }
                tag::TABLE => {
                    self.push_address(register);
                    let value = self.tag_local(register);
                    self.code.set(value);
                    self.now[register].kind = Kind::Table;
                }
                _ => {}
            }
        }
        if was_clean && Kind::of(seen).is_some() {
            self.now[register].memory_tag = seen;
        }
    }

    /// Takes the integer that was pushed.
    pub fn set_int(&mut self, register: usize) {
        if self.function.captured[register] {
            self.code.set(local::VALUE);
            self.code.get(local::BASE);
            self.code.get(local::VALUE);
            self.code.i64_store(offset(register));
            return self.set_memory_tag(register, tag::INT);
        }
        let value = self.value_local(register);
        self.code.set(value);
        self.is_in_local(register, Kind::Int);
    }

    /// Takes the float that was pushed.
    pub fn set_float(&mut self, register: usize) {
        if self.function.captured[register] {
            self.code.set(local::NUMBER);
            self.code.get(local::BASE);
            self.code.get(local::NUMBER);
            self.code.f64_store(offset(register));
            return self.set_memory_tag(register, tag::FLOAT);
        }
        let value = self.float_local(register);
        self.code.set(value);
        self.is_in_local(register, Kind::Float);
    }

    /// A side way may have written another kind to memory before: of the tag there no more is known than if it is the same.
    fn is_in_local(&mut self, register: usize, kind: Kind) {
        let state = &mut self.now[register];
        state.kind = kind;
        state.is_dirty = true;
        if state.memory_tag != kind.tag() {
            state.memory_tag = tag::UNKNOWN;
        }
    }

    /// Writes a tag to Lua's stack, where the value is.
    fn set_memory_tag(&mut self, register: usize, memory_tag: u8) {
        self.code.get(local::BASE);
        self.code.i32(u32::from(memory_tag));
        self.code.i32_store8(offset(register) + TAG);
        self.now[register] = State {
            memory_tag,
            ..IN_MEMORY
        };
    }

    /// Sets it to a value that is all tag.
    pub fn set_singleton(&mut self, register: usize, of_tag: u8) {
        self.set_memory_tag(register, of_tag);
    }

    /// Takes VALUE and TAG.
    pub fn set_any(&mut self, register: usize) {
        if self.function.captured[register] {
            self.store_any(register);
            self.now[register] = IN_MEMORY;
            return;
        }
        let (value, tag) = (self.value_local(register), self.tag_local(register));
        self.code.get(local::VALUE);
        self.code.set(value);
        self.code.get(local::TAG);
        self.code.set(tag);
        self.is_in_local(register, Kind::Any);
    }

    /// Writes VALUE and TAG to Lua's stack.
    pub fn store_any(&mut self, register: usize) {
        self.code.get(local::BASE);
        self.code.get(local::VALUE);
        self.code.i64_store(offset(register));
        self.code.get(local::BASE);
        self.code.get(local::TAG);
        self.code.i32_store8(offset(register) + TAG);
    }

    /// Reads it from Lua's stack into VALUE and TAG.
    pub fn load_any(&mut self, register: usize) {
        self.code.get(local::BASE);
        self.code.i64_load(offset(register));
        self.code.set(local::VALUE);
        self.code.get(local::BASE);
        self.code.i32_load8_u(offset(register) + TAG);
        self.code.set(local::TAG);
    }

    /// Copies a constant that is an object to Lua's stack.
    pub fn set_constant(&mut self, register: usize, constant: usize) {
        let of_tag = self.function.constants[constant].tag;
        self.code.get(local::BASE);
        self.code.get(local::K);
        self.code.i64_load(offset(constant));
        self.code.i64_store(offset(register));
        self.set_memory_tag(register, of_tag);
    }

    /// Copies a register.
    pub fn copy(&mut self, from: usize, to: usize) {
        self.cache(from);
        if self.function.captured[to] || self.function.captured[from] {
            let known = self.known(from);
            self.push_bits(from);
            self.code.set(local::VALUE);
            self.push_tag(from);
            self.code.set(local::TAG);
            self.set_any(to);
            if self.now[to].kind == Kind::Memory {
                self.now[to].memory_tag = known;
            }
            return;
        }
        let kind = self.now[from].kind;
        match kind {
            Kind::Int => {
                self.push_bits(from);
                let value = self.value_local(to);
                self.code.set(value);
            }
            Kind::Float => {
                self.push_float(from);
                let value = self.float_local(to);
                self.code.set(value);
            }
            Kind::Table => {
                self.push_address(from);
                let value = self.tag_local(to);
                self.code.set(value);
            }
            Kind::Any | Kind::Memory => {
                self.push_bits(from);
                let value = self.value_local(to);
                self.code.set(value);
                self.push_tag(from);
                let tag = self.tag_local(to);
                self.code.set(tag);
            }
        }
        self.is_in_local(to, kind);
    }

    /// Whoever shares a captured variable may have written it.
    pub fn forget_captured(&mut self) {
        for (state, captured) in self.now.iter_mut().zip(&self.function.captured) {
            if *captured {
                *state = IN_MEMORY;
            }
        }
    }

    /// Of these registers no more is known than that they are on Lua's stack.
    pub fn forget(&mut self, registers: std::ops::Range<usize>) {
        self.now[registers].fill(IN_MEMORY);
    }

    /// Pushes thread, frame and the instruction's address: what most helpers take.
    pub fn push_place(&mut self, pc: usize) {
        self.code.get(local::L);
        self.code.get(local::CI);
        self.push_code(pc);
    }

    /// Pushes an instruction's address.
    pub fn push_code(&mut self, pc: usize) {
        self.code.get(local::CODE);
        self.code.i32(4 * pc as u32);
        self.code.op(op::I32_ADD);
    }

    /// Has Lua do the instruction, on a side way: what is known stays so, and what it sets is on Lua's stack.
    pub fn step_aside(&mut self, pc: usize) {
        self.flush(pc);
        self.push_place(pc);
        self.code.call(helper::step);
        self.code.set(local::BASE);
    }

    /// Has Lua do the instruction, which sets these registers.
    pub fn step(&mut self, pc: usize, sets: std::ops::Range<usize>) {
        self.sync();
        self.push_place(pc);
        self.code.call(helper::step);
        self.code.set(local::BASE);
        let first = sets.start;
        self.forget(sets);
        // The collector clears what lies above the stack's top, which these set right behind their result.
        if matches!(
            self.function.code[pc].op(),
            Op::NewTable | Op::Closure | Op::Concat
        ) {
            self.forget(first..self.function.stack);
        }
    }

    /// Lua's stack may have moved.
    pub fn rebase(&mut self) {
        self.code.get(local::CI);
        self.code.i32_load(self.layout.ci_func);
        self.code.i32(self.layout.value);
        self.code.op(op::I32_ADD);
        self.code.set(local::BASE);
    }

    /// After a branch was written: what was known before it.
    pub fn keeping(&mut self, write: impl FnOnce(&mut Self)) {
        let before = self.now.clone();
        write(self);
        self.now = before;
    }

    /// Whether a state at a block's beginning has another kind than is known here; used by [`Self::branch`].
    pub fn reconcile(&mut self, register: usize, wanted: Kind) {
        match (wanted, self.now[register].kind) {
            (Kind::Memory, Kind::Memory) => {}
            (Kind::Memory, _) => {
                if self.now[register].is_dirty {
                    self.flush_one(register, self.now[register]);
                }
                self.now[register] = IN_MEMORY;
            }
            (Kind::Any, Kind::Memory) => {
                let memory_tag = self.now[register].memory_tag;
                if memory_tag == tag::UNKNOWN || self.function.captured[register] {
                    return self.cache(register);
                }
                self.push_bits(register);
                let (value, tag) = (self.value_local(register), self.tag_local(register));
                self.code.set(value);
                self.code.i32(u32::from(memory_tag));
                self.code.set(tag);
            }
            (Kind::Any, Kind::Int) => {
                let tag = self.tag_local(register);
                self.code.i32(u32::from(tag::INT));
                self.code.set(tag);
            }
            (Kind::Any, Kind::Float) => {
                self.push_bits(register);
                let (value, tag) = (self.value_local(register), self.tag_local(register));
                self.code.set(value);
                self.code.i32(u32::from(tag::FLOAT));
                self.code.set(tag);
            }
            (Kind::Any, Kind::Table) => {
                self.push_bits(register);
                let (value, tag) = (self.value_local(register), self.tag_local(register));
                self.code.set(value);
                self.code.i32(u32::from(tag::TABLE));
                self.code.set(tag);
            }
            _ => {}
        }
    }

    /// Writes a register that is not read any more but has a name.
    pub fn flush_named(&mut self, register: usize) {
        if self.now[register].is_dirty {
            self.flush_one(register, self.now[register]);
        }
    }
}
