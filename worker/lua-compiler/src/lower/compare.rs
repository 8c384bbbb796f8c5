//! Comparisons and tests.

use super::arithmetic::Operand::{self, Int, Register};
use super::{Lowering, helper, local};
use crate::opcode::{Op, tag};
use crate::wasm::{I32, op};

/// How numbers are compared: as integers, as floats, and whether other values have an order too.
struct Comparison {
    of_ints: u8,
    of_floats: u8,
    orders: bool,
}

const fn order(of_ints: u8, of_floats: u8) -> Comparison {
    Comparison {
        of_ints,
        of_floats,
        orders: true,
    }
}

/// Integers up to here are exact as floats.
const EXACT: u64 = 1 << 52;

impl Lowering<'_> {
    /// Pushes what a comparing instruction asks; gives whether it is to hold for its jump.
    pub fn condition(&mut self, pc: usize) -> bool {
        use Op::*;
        let instruction = self.function.code[pc];
        let (a, b) = (instruction.a(), instruction.b());
        let wanted = instruction.k();
        let less = order(op::I64_LT_S, op::F64_LT);
        let at_most = order(op::I64_LE_S, op::F64_LE);
        let constant = Int(instruction.sb());
        match instruction.op() {
            Eq => {
                let equal = Comparison {
                    of_ints: op::I64_EQ,
                    of_floats: op::F64_EQ,
                    orders: false,
                };
                self.compare(pc, Register(a), Register(b), &equal);
            }
            Lt => self.compare(pc, Register(a), Register(b), &less),
            Le => self.compare(pc, Register(a), Register(b), &at_most),
            LtI => self.compare(pc, Register(a), constant, &less),
            LeI => self.compare(pc, Register(a), constant, &at_most),
            GtI => self.compare(pc, Register(a), constant, &order(op::I64_GT_S, op::F64_GT)),
            GeI => self.compare(pc, Register(a), constant, &order(op::I64_GE_S, op::F64_GE)),
            EqI => {
                self.cache(a);
                self.push_is_number(a, instruction.sb());
            }
            EqK => {
                self.cache(a);
                self.push_is_constant(pc, a, b);
            }
            _ => {
                // Test: to jump where it is true, or where it is not.
                self.cache(a);
                self.push_is_false(a);
                return !wanted;
            }
        }
        wanted
    }

    /// Pushes what a comparison of two values gives.
    fn compare(&mut self, pc: usize, x: Operand, y: Operand, how: &Comparison) {
        for operand in [x, y] {
            if let Register(register) = operand {
                self.cache(register);
            }
        }
        if self.guesses(pc) && how.orders {
            for (operand, other) in [(x, y), (y, x)] {
                let Register(register) = operand else {
                    continue;
                };
                let seen = self.function.seen_tag(pc, register);
                let of_other = self.number_tag(other);
                let fits = of_other == tag::UNKNOWN || of_other == seen || matches!(other, Int(_));
                if self.number_tag(operand) == tag::UNKNOWN
                    && matches!(seen, tag::INT | tag::FLOAT)
                    && fits
                {
                    self.guard(register, seen, pc);
                }
            }
        }
        let (of_x, of_y) = (self.number_tag(x), self.number_tag(y));
        let constant = matches!(y, Int(_));
        if of_x == tag::INT && of_y == tag::INT {
            self.push_int_of(x);
            self.push_int_of(y);
            return self.code.op(how.of_ints);
        }
        if of_x == tag::FLOAT && (of_y == tag::FLOAT || constant) {
            self.push_float_of(x);
            self.push_float_of(y);
            return self.code.op(how.of_floats);
        }
        let done = self.code.block();
        if of_x != tag::FLOAT && of_y != tag::FLOAT {
            self.push_both_have(x, y, tag::INT);
            self.code.r#if();
            self.push_int_of(x);
            self.push_int_of(y);
            self.code.op(how.of_ints);
            self.code.set(local::TAG);
            self.code.br(done);
            self.code.end();
        }
        if of_x != tag::INT && (of_y != tag::INT || constant) {
            self.push_are_floats(x, y);
            self.code.r#if();
            self.push_float_of(x);
            self.push_float_of(y);
            self.code.op(how.of_floats);
            self.code.set(local::TAG);
            self.code.br(done);
            self.code.end();
        }
        if let (false, Register(one), Register(other)) = (how.orders, x, y) {
            self.push_both_have(x, y, tag::SHORT_STRING);
            self.code.r#if();
            self.push_address(one);
            self.push_address(other);
            self.code.op(op::I32_EQ);
            self.code.set(local::TAG);
            self.code.br(done);
            self.code.end();
        }
        self.compare_aside(pc);
        self.code.set(local::TAG);
        self.rebase();
        self.code.end();
        self.code.get(local::TAG);
    }

    /// Has Lua compare.
    fn compare_aside(&mut self, pc: usize) {
        self.flush(pc);
        self.push_place(pc);
        self.code.call(helper::compare);
    }

    /// Pushes whether a register is this number.
    fn push_is_number(&mut self, register: usize, number: i64) {
        let float = number as f64;
        match self.known(register) {
            tag::INT => {
                self.push_bits(register);
                self.code.i64(number);
                self.code.op(op::I64_EQ);
            }
            tag::FLOAT => {
                self.push_float(register);
                self.code.f64(float);
                self.code.op(op::F64_EQ);
            }
            tag::UNKNOWN => {
                self.push_has_tag(Register(register), tag::INT);
                self.code.if_gives(I32);
                self.push_bits(register);
                self.code.i64(number);
                self.code.op(op::I64_EQ);
                self.code.r#else();
                self.push_has_tag(Register(register), tag::FLOAT);
                self.code.if_gives(I32);
                self.push_float(register);
                self.code.f64(float);
                self.code.op(op::F64_EQ);
                self.code.r#else();
                self.code.i32(0);
                self.code.end();
                self.code.end();
            }
            _ => self.code.i32(0),
        }
    }

    fn push_is_constant(&mut self, pc: usize, register: usize, at: usize) {
        let constant = self.function.constants[at];
        match constant.tag {
            tag::NIL | tag::FALSE | tag::TRUE => {
                self.push_has_tag(Register(register), constant.tag)
            }
            tag::INT if (constant.bits as i64).unsigned_abs() < EXACT => {
                self.push_is_number(register, constant.bits as i64)
            }
            tag::SHORT_STRING => {
                self.push_has_tag(Register(register), tag::SHORT_STRING);
                self.push_bits(register);
                self.code.op(op::I32_WRAP_I64);
                self.push_constant_address(at);
                self.code.op(op::I32_EQ);
                self.code.op(op::I32_AND);
            }
            _ => {
                self.compare_aside(pc);
                self.code.set(local::TAG);
                self.rebase();
                self.code.get(local::TAG);
            }
        }
    }

    /// Pushes whether a register is false or nil.
    pub fn push_is_false(&mut self, register: usize) {
        match self.known(register) {
            tag::UNKNOWN => {
                self.push_has_tag(Register(register), tag::FALSE);
                self.push_tag(register);
                self.code.i32(15);
                self.code.op(op::I32_AND);
                self.code.op(op::I32_EQZ);
                self.code.op(op::I32_OR);
            }
            known => self
                .code
                .i32(u32::from(known == tag::FALSE || known & 15 == 0)),
        }
    }

    /// `not x`.
    pub fn not(&mut self, a: usize, b: usize) {
        self.cache(b);
        self.code.i32(u32::from(tag::TRUE));
        self.code.i32(u32::from(tag::FALSE));
        self.push_is_false(b);
        self.code.op(op::SELECT);
        self.code.set(local::TAG);
        self.code.i64(0);
        self.code.set(local::VALUE);
        self.set_any(a);
    }
}
