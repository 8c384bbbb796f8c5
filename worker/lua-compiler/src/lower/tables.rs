//! Reading and writing tables. Each place keeps in its caches where a key was: an offset in the table's nodes, which is looked at
//! before it is believed, so that no cache can be wrong whatever became of the table since.

use super::arithmetic::Operand::{self, Int, Register};
use super::{Lowering, helper, local};
use crate::opcode::tag;
use crate::wasm::{I32, Label, op};

/// Bytes of caches for each instruction: of the key, of `__index` in the metatable, of the key where that leads.
const CACHES: u32 = 12;

/// What is written.
#[derive(Clone, Copy)]
pub enum Source {
    Register(usize),
    Constant(usize),
}

/// The ways out of what is done only for tables: the end, and where Lua does it.
type Ways = Option<(Label, Label)>;

impl Lowering<'_> {
    /// Pushes the address of a constant that is an object.
    pub fn push_constant_address(&mut self, at: usize) {
        self.code.get(local::K);
        self.code.i32_load(16 * at as u32);
    }

    /// The table in a register into T0. Where it may be none, gives the ways out.
    fn table(&mut self, pc: usize, register: usize) -> Ways {
        let is_expected = matches!(
            self.function.seen_tag(pc, register),
            tag::TABLE | tag::UNKNOWN
        );
        if self.known(register) == tag::TABLE || self.guesses(pc) && is_expected {
            self.guard(register, tag::TABLE, pc);
            self.push_address(register);
            self.code.set(local::T0);
            return None;
        }
        self.cache(register);
        let (done, slow) = (self.code.block(), self.code.block());
        self.require_tag(register, tag::TABLE, slow);
        self.push_address(register);
        self.code.set(local::T0);
        Some((done, slow))
    }

    /// The same of an upvalue.
    fn table_in_upvalue(&mut self, upvalue: usize) -> Ways {
        let (done, slow) = (self.code.block(), self.code.block());
        self.push_upvalue(upvalue);
        self.code.tee(local::T0);
        self.code.i32_load8_u(8);
        self.code.i32(u32::from(tag::TABLE));
        self.code.op(op::I32_NE);
        self.code.br_if(slow);
        self.code.get(local::T0);
        self.code.i32_load(0);
        self.code.set(local::T0);
        Some((done, slow))
    }

    /// The end of what reads into VALUE and TAG.
    fn end_reading(&mut self, pc: usize, a: usize, ways: Ways) {
        if let Some((done, _)) = ways {
            self.code.br(done);
            self.code.end();
            self.step_aside(pc);
            self.load_any(a);
            self.code.end();
        }
    }

    fn end_writing(&mut self, pc: usize, ways: Ways) {
        if let Some((done, _)) = ways {
            self.code.br(done);
            self.code.end();
            self.step_aside(pc);
            self.code.end();
        }
    }

    /// Pushes the bytes of the nodes of the table whose local this is.
    fn push_nodes_size(&mut self, table: u32) {
        self.code.i32(self.layout.node);
        self.code.get(table);
        self.code.i32_load8_u(self.layout.table_lsizenode);
        self.code.op(op::I32_SHL);
    }

    /// The node of `table` that a cache names into T1; leaves to `miss` where the table has none there.
    fn cached_node(&mut self, cache: u32, table: u32, miss: Label) {
        self.code.get(local::CACHES);
        self.code.i32_load(cache);
        self.code.tee(local::T1);
        self.push_nodes_size(table);
        self.code.op(op::I32_LT_U);
        self.code.op(op::I32_EQZ);
        self.code.br_if(miss);
        self.code.get(table);
        self.code.i32_load(self.layout.table_node);
        self.code.get(local::T1);
        self.code.op(op::I32_ADD);
        self.code.set(local::T1);
    }

    /// Pushes whether the key of the node in T1 is the short string in `key`.
    fn push_node_has_key(&mut self, key: u32) {
        self.code.get(local::T1);
        self.code.i32_load(self.layout.node_key);
        self.code.get(key);
        self.code.op(op::I32_EQ);
        self.code.get(local::T1);
        self.code.i32_load8_u(self.layout.node_key_tag);
        self.code.i32(u32::from(tag::SHORT_STRING));
        self.code.op(op::I32_EQ);
        self.code.op(op::I32_AND);
    }

    /// The slot of a constant key in the table in T0 into T1: 0 where only Lua can tell. With `inherits` also where
    /// the metatable's `__index`, a table, has it.
    fn field_slot(&mut self, pc: usize, key: usize, inherits: bool) {
        let cache = CACHES * pc as u32;
        self.push_constant_address(key);
        self.code.set(local::T3);
        let done = self.code.block();
        let far = self.code.block();
        let other = self.code.block();
        self.cached_node(cache, local::T0, other);
        self.push_node_has_key(local::T3);
        self.code.br_if(done);
        self.code.end();
        if inherits {
            self.inherited_slot(cache, done, far);
        }
        self.code.end();
        if inherits {
            self.code.get(local::L);
        }
        self.code.get(local::T0);
        self.code.get(local::T3);
        self.code.get(local::CACHES);
        self.code.i32(cache);
        self.code.op(op::I32_ADD);
        self.code.call(if inherits {
            helper::find_method
        } else {
            helper::find_field
        });
        self.code.set(local::T1);
        self.code.end();
    }

    /// The key is not the table's own, which its chain tells, and is where `__index` leads.
    fn inherited_slot(&mut self, cache: u32, done: Label, far: Label) {
        let layout = self.layout;
        self.code.get(local::T0);
        self.code.i32_load(layout.table_metatable);
        self.code.tee(local::T2);
        self.code.op(op::I32_EQZ);
        self.code.br_if(far);
        // From its main position on.
        self.code.get(local::T0);
        self.code.i32_load(layout.table_node);
        self.code.i32(1);
        self.code.get(local::T0);
        self.code.i32_load8_u(layout.table_lsizenode);
        self.code.op(op::I32_SHL);
        self.code.i32(1);
        self.code.op(op::I32_SUB);
        self.code.get(local::T3);
        self.code.i32_load(layout.string_hash);
        self.code.op(op::I32_AND);
        self.push_nodes();
        self.code.op(op::I32_ADD);
        self.code.set(local::T1);
        let walk = self.code.r#loop();
        self.push_node_has_key(local::T3);
        self.code.br_if(far);
        self.code.get(local::T1);
        self.code.i32_load(layout.node_next);
        self.code.tee(local::TAG);
        self.code.r#if();
        self.code.get(local::T1);
        self.code.get(local::TAG);
        self.push_nodes();
        self.code.op(op::I32_ADD);
        self.code.set(local::T1);
        self.code.br(walk);
        self.code.end();
        self.code.end();
        self.cached_node(cache + 4, local::T2, far);
        self.code.get(local::L);
        self.code.i32_load(layout.state_global);
        self.code.i32_load(layout.global_index_name);
        self.code.set(local::TAG);
        self.push_node_has_key(local::TAG);
        self.code.op(op::I32_EQZ);
        self.code.br_if(far);
        self.code.get(local::T1);
        self.code.i32_load8_u(8);
        self.code.i32(u32::from(tag::TABLE));
        self.code.op(op::I32_NE);
        self.code.br_if(far);
        self.code.get(local::T1);
        self.code.i32_load(0);
        self.code.set(local::T2);
        self.cached_node(cache + 8, local::T2, far);
        self.push_node_has_key(local::T3);
        self.code.op(op::I32_EQZ);
        self.code.br_if(far);
        self.push_slot_tag();
        self.code.i32(15);
        self.code.op(op::I32_AND);
        self.code.br_if(done);
    }

    /// Makes a number of nodes one of bytes.
    fn push_nodes(&mut self) {
        self.code.i32(self.layout.node);
        self.code.op(op::I32_MUL);
    }

    /// The slot of the integer in VALUE in the table in T0 into T1.
    fn index_slot(&mut self) {
        let layout = self.layout;
        self.code.get(local::VALUE);
        self.code.i64(1);
        self.code.op(op::I64_SUB);
        self.code.tee(local::COUNT);
        self.code.get(local::T0);
        self.code.i64_load32_u(layout.table_alimit);
        self.code.op(op::I64_LT_U);
        self.code.if_gives(I32);
        self.code.get(local::T0);
        self.code.i32_load(layout.table_array);
        self.code.get(local::COUNT);
        self.code.op(op::I32_WRAP_I64);
        self.code.i32(4);
        self.code.op(op::I32_SHL);
        self.code.op(op::I32_ADD);
        self.code.r#else();
        self.code.get(local::T0);
        self.code.get(local::VALUE);
        self.code.call(helper::get_int);
        self.code.end();
        self.code.set(local::T1);
    }

    fn push_slot_tag(&mut self) {
        self.code.get(local::T1);
        self.code.i32_load8_u(8);
    }

    /// From the slot in T1 of the table in T0 into VALUE and TAG; Lua does it where nothing is there and there is a
    /// metatable, or the slot is 0.
    fn read_slot(&mut self, pc: usize, a: usize, may_be_none: bool) {
        if may_be_none {
            self.code.get(local::T1);
            self.code.if_gives(I32);
            self.push_slot_tag();
            self.code.r#else();
            self.code.i32(0);
            self.code.end();
        } else {
            self.push_slot_tag();
        }
        self.code.tee(local::TAG);
        self.code.i32(15);
        self.code.op(op::I32_AND);
        self.code.r#if();
        self.code.get(local::T1);
        self.code.i64_load(0);
        self.code.set(local::VALUE);
        self.code.r#else();
        self.code.get(local::T0);
        self.code.i32_load(self.layout.table_metatable);
        self.code.r#if();
        self.step_aside(pc);
        self.load_any(a);
        self.code.r#else();
        self.code.i64(0);
        self.code.set(local::VALUE);
        self.code.i32(u32::from(tag::NIL));
        self.code.set(local::TAG);
        self.code.end();
        self.code.end();
    }

    /// Into the slot in T1 of the table in T0: one that has a value, or with `in_array` one that is there in a table
    /// without metatable. Lua does all else.
    fn write_slot(&mut self, pc: usize, source: Source, in_array: bool) {
        self.push_slot_tag();
        self.code.i32(15);
        self.code.op(op::I32_AND);
        if in_array {
            self.code.get(local::T0);
            self.code.i32_load(self.layout.table_metatable);
            self.code.op(op::I32_EQZ);
            self.push_slot_tag();
            self.code.i32(u32::from(tag::ABSENT_KEY));
            self.code.op(op::I32_NE);
            self.code.op(op::I32_AND);
            self.code.op(op::I32_OR);
        }
        self.code.r#if();
        self.code.get(local::T1);
        match source {
            Source::Register(register) => {
                let known = self.known(register);
                if known == tag::FLOAT {
                    self.push_float(register);
                    self.code.f64_store(0);
                } else {
                    self.push_bits(register);
                    self.code.i64_store(0);
                }
                self.code.get(local::T1);
                self.push_tag(register);
                self.code.i32_store8(8);
                if known == tag::UNKNOWN {
                    self.push_tag(register);
                    self.code.i32(u32::from(tag::COLLECTABLE));
                    self.code.op(op::I32_AND);
                    self.code.r#if();
                    self.barrier_back();
                    self.code.end();
                } else if known & tag::COLLECTABLE != 0 {
                    self.barrier_back();
                }
            }
            Source::Constant(at) => {
                let constant = self.function.constants[at];
                self.code.get(local::K);
                self.code.i64_load(16 * at as u32);
                self.code.i64_store(0);
                self.code.get(local::T1);
                self.code.i32(u32::from(constant.tag));
                self.code.i32_store8(8);
                if constant.tag & tag::COLLECTABLE != 0 {
                    self.barrier_back();
                }
            }
        }
        self.code.r#else();
        self.step_aside(pc);
        self.code.end();
    }

    /// The table in T0 got an object: the collector looks at it again, if it has.
    fn barrier_back(&mut self) {
        self.push_is_black(local::T0);
        self.code.r#if();
        self.code.get(local::L);
        self.code.get(local::T0);
        self.code.call(helper::barrier_back);
        self.code.end();
    }

    /// Pushes whether the collector is done with the object in a local.
    fn push_is_black(&mut self, object: u32) {
        self.code.get(object);
        self.code.i32_load8_u(self.layout.marked);
        self.code.i32(0x20);
        self.code.op(op::I32_AND);
    }

    /// Pushes the address of an upvalue's value.
    pub fn push_upvalue(&mut self, upvalue: usize) {
        self.code.get(local::CLOSURE);
        self.code
            .i32_load(self.layout.closure_upvals + 4 * upvalue as u32);
        self.code.i32_load(self.layout.upval_value);
    }

    /// `R[A] := UpValue[B]`.
    pub fn get_upvalue(&mut self, a: usize, upvalue: usize) {
        self.push_upvalue(upvalue);
        self.code.tee(local::T0);
        self.code.i64_load(0);
        self.code.set(local::VALUE);
        self.code.get(local::T0);
        self.code.i32_load8_u(8);
        self.code.set(local::TAG);
        self.set_any(a);
    }

    /// `UpValue[B] := R[A]`.
    pub fn set_upvalue(&mut self, a: usize, upvalue: usize) {
        self.cache(a);
        self.code.get(local::CLOSURE);
        self.code
            .i32_load(self.layout.closure_upvals + 4 * upvalue as u32);
        self.code.tee(local::T0);
        self.code.i32_load(self.layout.upval_value);
        self.code.set(local::T1);
        self.code.get(local::T1);
        self.push_bits(a);
        self.code.i64_store(0);
        self.code.get(local::T1);
        self.push_tag(a);
        self.code.i32_store8(8);
        let known = self.known(a);
        if known != tag::UNKNOWN && known & tag::COLLECTABLE == 0 {
            return;
        }
        self.push_tag(a);
        self.code.i32(u32::from(tag::COLLECTABLE));
        self.code.op(op::I32_AND);
        self.code.r#if();
        self.push_is_black(local::T0);
        self.code.r#if();
        // Only what is white yet has to be marked.
        self.push_address(a);
        self.code.tee(local::T1);
        self.code.i32_load8_u(self.layout.marked);
        self.code.i32(0x18);
        self.code.op(op::I32_AND);
        self.code.r#if();
        self.code.get(local::L);
        self.code.get(local::T0);
        self.code.get(local::T1);
        self.code.call(helper::barrier);
        self.code.end();
        self.code.end();
        self.code.end();
    }

    /// `R[A] := UpValue[B][K[C]]`.
    pub fn get_global(&mut self, pc: usize, a: usize, upvalue: usize, key: usize) {
        let ways = self.table_in_upvalue(upvalue);
        self.read_field(pc, a, key, ways, false);
    }

    /// `UpValue[A][K[B]] := RK(C)`.
    pub fn set_global(&mut self, pc: usize, upvalue: usize, key: usize, source: Source) {
        self.cache_source(source);
        let ways = self.table_in_upvalue(upvalue);
        self.write_field(pc, key, source, ways);
    }

    /// `R[A] := R[B][K[C]]`.
    pub fn get_field(&mut self, pc: usize, a: usize, b: usize, key: usize) {
        let ways = self.table(pc, b);
        self.read_field(pc, a, key, ways, true);
    }

    /// `R[A][K[B]] := RK(C)`.
    pub fn set_field(&mut self, pc: usize, a: usize, key: usize, source: Source) {
        self.cache_source(source);
        let ways = self.table(pc, a);
        self.write_field(pc, key, source, ways);
    }

    /// Reads a constant key of the table in T0; with `inherits` also where its metatable leads.
    fn read_field(&mut self, pc: usize, a: usize, key: usize, ways: Ways, inherits: bool) {
        self.field_slot(pc, key, inherits);
        self.read_slot(pc, a, inherits);
        self.end_reading(pc, a, ways);
        self.set_any(a);
    }

    /// Writes to a constant key of the table in T0.
    fn write_field(&mut self, pc: usize, key: usize, source: Source, ways: Ways) {
        self.field_slot(pc, key, false);
        self.write_slot(pc, source, false);
        self.end_writing(pc, ways);
    }

    fn cache_source(&mut self, source: Source) {
        if let Source::Register(register) = source {
            self.cache(register);
        }
    }

    fn cache_key(&mut self, pc: usize, key: Operand) {
        let Register(register) = key else { return };
        self.cache(register);
        if self.known(register) != tag::INT
            && self.guesses(pc)
            && self.function.seen_tag(pc, register) == tag::INT
        {
            self.guard(register, tag::INT, pc);
        }
    }

    /// Does `with` with the slot of a key in T1; Lua does it for keys that are neither integers nor short strings.
    fn with_slot(
        &mut self,
        key: Operand,
        with: impl Fn(&mut Self, bool),
        aside: impl FnOnce(&mut Self),
    ) {
        if self.number_tag(key) == tag::INT {
            self.push_int_of(key);
            self.code.set(local::VALUE);
            self.index_slot();
            return with(self, true);
        }
        let Register(register) = key else { return };
        let done = self.code.block();
        self.push_has_tag(key, tag::INT);
        self.code.r#if();
        self.push_bits(register);
        self.code.set(local::VALUE);
        self.index_slot();
        with(self, true);
        self.code.br(done);
        self.code.end();
        self.push_has_tag(key, tag::SHORT_STRING);
        self.code.r#if();
        self.code.get(local::T0);
        self.push_address(register);
        self.code.call(helper::get_string);
        self.code.set(local::T1);
        with(self, false);
        self.code.br(done);
        self.code.end();
        aside(self);
        self.code.end();
    }

    /// `R[A] := R[B][key]`.
    pub fn get_table(&mut self, pc: usize, a: usize, b: usize, key: Operand) {
        self.cache_key(pc, key);
        let ways = self.table(pc, b);
        self.with_slot(
            key,
            |this, _| this.read_slot(pc, a, false),
            |this| {
                this.step_aside(pc);
                this.load_any(a);
            },
        );
        self.end_reading(pc, a, ways);
        self.set_any(a);
    }

    /// `R[A][key] := RK(C)`.
    pub fn set_table(&mut self, pc: usize, a: usize, key: Operand, source: Source) {
        self.cache_source(source);
        self.cache_key(pc, key);
        let ways = self.table(pc, a);
        self.with_slot(
            key,
            |this, in_array| this.write_slot(pc, source, in_array),
            |this| this.step_aside(pc),
        );
        self.end_writing(pc, ways);
    }

    /// `R[A+1] := R[B]; R[A] := R[B][K[C]]`: the method is called at once, so both go to Lua's stack.
    pub fn method(&mut self, pc: usize, a: usize, b: usize, key: usize) {
        let of_string = matches!(
            self.function.seen_tag(pc, b),
            tag::SHORT_STRING | tag::LONG_STRING
        );
        let ways = if of_string {
            self.cache(b);
            let (done, slow) = (self.code.block(), self.code.block());
            self.require_string(b, slow);
            self.code.get(local::L);
            self.push_constant_address(key);
            self.code.call(helper::string_method);
            self.code.tee(local::T1);
            self.code.i32_load8_u(8);
            self.code.tee(local::TAG);
            self.code.i32(15);
            self.code.op(op::I32_AND);
            self.code.op(op::I32_EQZ);
            self.code.br_if(slow);
            self.code.get(local::T1);
            self.code.i64_load(0);
            self.code.set(local::VALUE);
            Some((done, slow))
        } else {
            let ways = self.table(pc, b);
            self.field_slot(pc, key, true);
            self.read_slot(pc, a, true);
            ways
        };
        self.end_reading(pc, a, ways);
        self.forget(a..a + 2);
        self.store_any(a);
        self.push_bits(b);
        self.code.set(local::VALUE);
        self.push_tag(b);
        self.code.set(local::TAG);
        self.store_any(a + 1);
    }

    /// `R[A] := #R[B]`.
    pub fn length(&mut self, pc: usize, a: usize, b: usize) {
        let is_expected = self.guesses(pc) && self.function.seen_tag(pc, b) == tag::TABLE;
        if self.known(b) != tag::TABLE && !is_expected {
            return self.step(pc, a..a + 1);
        }
        self.guard(b, tag::TABLE, pc);
        self.push_address(b);
        self.code.set(local::T0);
        self.code.get(local::T0);
        self.code.i32_load(self.layout.table_metatable);
        self.code.r#if();
        self.step_aside(pc);
        self.load_any(a);
        self.code.r#else();
        self.code.get(local::T0);
        self.code.call(helper::length);
        self.code.set(local::VALUE);
        self.code.i32(u32::from(tag::INT));
        self.code.set(local::TAG);
        self.code.end();
        self.set_any(a);
    }

    /// `R[A] := R[B][C]`, of an integer.
    pub fn get_index(&mut self, pc: usize, a: usize, b: usize, index: usize) {
        self.get_table(pc, a, b, Int(index as i64));
    }
}
