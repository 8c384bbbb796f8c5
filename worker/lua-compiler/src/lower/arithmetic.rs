//! Arithmetic and operations on bits.

use super::{Lowering, helper, local};
use crate::opcode::{Op, tag};
use crate::wasm::op;

/// What an instruction works on.
#[derive(Clone, Copy)]
pub enum Operand {
    Register(usize),
    Int(i64),
    Float(f64),
}

use Operand::{Float, Int, Register};

impl Lowering<'_> {
    /// [`tag::INT`], [`tag::FLOAT`], or that it is not known to be either.
    pub fn number_tag(&self, operand: Operand) -> u8 {
        match operand {
            Register(register) => match self.known(register) {
                known @ (tag::INT | tag::FLOAT) => known,
                _ => tag::UNKNOWN,
            },
            Int(_) => tag::INT,
            Float(_) => tag::FLOAT,
        }
    }

    /// Pushes an integer, which it is.
    pub fn push_int_of(&mut self, operand: Operand) {
        match operand {
            Register(register) => self.push_bits(register),
            Int(number) => self.code.i64(number),
            Float(number) => self.code.i64(number.to_bits() as i64),
        }
    }

    /// Pushes a number as a float.
    pub fn push_float_of(&mut self, operand: Operand) {
        match operand {
            Register(register) if self.known(register) == tag::INT => {
                self.push_bits(register);
                self.code.op(op::F64_CONVERT_I64_S);
            }
            Register(register) => self.push_float(register),
            Int(number) => self.code.f64(number as f64),
            Float(number) => self.code.f64(number),
        }
    }

    fn push_tag_of(&mut self, operand: Operand) {
        match operand {
            Register(register) => self.push_tag(register),
            Int(_) => self.code.i32(u32::from(tag::INT)),
            Float(_) => self.code.i32(u32::from(tag::FLOAT)),
        }
    }

    /// Pushes whether it has a tag.
    pub fn push_has_tag(&mut self, operand: Operand, wanted: u8) {
        self.push_tag_of(operand);
        self.code.i32(u32::from(wanted));
        self.code.op(op::I32_EQ);
    }

    /// Pushes whether both have a tag.
    pub fn push_both_have(&mut self, x: Operand, y: Operand, wanted: u8) {
        match (self.number_tag(x) == wanted, self.number_tag(y) == wanted) {
            (true, true) => self.code.i32(1),
            (true, false) => self.push_has_tag(y, wanted),
            (false, true) => self.push_has_tag(x, wanted),
            (false, false) => {
                self.push_has_tag(x, wanted);
                self.push_has_tag(y, wanted);
                self.code.op(op::I32_AND);
            }
        }
    }

    /// Pushes whether both are floats; a constant integer is as good as one.
    pub fn push_are_floats(&mut self, x: Operand, y: Operand) {
        if matches!(y, Int(_)) {
            self.push_has_tag(x, tag::FLOAT);
        } else {
            self.push_both_have(x, y, tag::FLOAT);
        }
    }

    /// An operation into R[A]; the instruction that follows calls a metamethod, and Lua does both where this cannot.
    pub fn arithmetic(&mut self, pc: usize, operation: Op, a: usize, x: Operand, y: Operand) {
        use Op::*;
        let of_floats = matches!(operation, Div | Pow);
        let of_bits = matches!(operation, BAnd | BOr | BXor | Shl | Shr);
        for operand in [x, y] {
            if let Register(register) = operand {
                self.cache(register);
            }
        }
        self.guess_numbers(pc, of_bits, x, y);
        let (of_x, of_y) = (self.number_tag(x), self.number_tag(y));
        if of_x == tag::INT && of_y == tag::INT && !of_floats {
            if self.int_operation(operation, x, y) {
                self.set_int(a);
            } else if matches!(operation, Mod | IDiv) {
                self.int_division(operation, pc, a, x, y);
                self.code.get(local::VALUE);
                self.set_int(a);
            } else {
                self.step(pc, a..a + 1);
            }
            return;
        }
        if of_bits {
            return self.step(pc, a..a + 1);
        }
        if of_x != tag::UNKNOWN && of_y != tag::UNKNOWN {
            self.float_operation(operation, x, y);
            return self.set_float(a);
        }
        // What they are shows when it runs.
        let done = self.code.block();
        if !of_floats
            && of_x != tag::FLOAT
            && of_y != tag::FLOAT
            && !matches!(operation, IDiv | Mod)
        {
            self.push_both_have(x, y, tag::INT);
            self.code.r#if();
            self.int_operation(operation, x, y);
            self.code.set(local::VALUE);
            self.code.i32(u32::from(tag::INT));
            self.code.set(local::TAG);
            self.code.br(done);
            self.code.end();
        }
        if of_x != tag::INT && (of_y != tag::INT || matches!(y, Int(_))) {
            self.push_are_floats(x, y);
            self.code.r#if();
            self.float_operation(operation, x, y);
            self.code.op(op::I64_REINTERPRET_F64);
            self.code.set(local::VALUE);
            self.code.i32(u32::from(tag::FLOAT));
            self.code.set(local::TAG);
            self.code.br(done);
            self.code.end();
        }
        self.step_aside(pc);
        self.load_any(a);
        self.code.end();
        self.set_any(a);
    }

    /// What is not known is guessed from what was seen.
    fn guess_numbers(&mut self, pc: usize, of_bits: bool, x: Operand, y: Operand) {
        if !self.guesses(pc) {
            return;
        }
        let expected = |this: &Self, operand: Operand| match (operand, this.number_tag(operand)) {
            (Register(register), tag::UNKNOWN) => this.function.seen_tag(pc, register),
            (_, known) => known,
        };
        let (of_x, of_y) = (expected(self, x), expected(self, y));
        for (operand, seen) in [(x, of_x), (y, of_y)] {
            let Register(register) = operand else {
                continue;
            };
            if self.number_tag(operand) != tag::UNKNOWN {
                continue;
            }
            let is_number = |seen| matches!(seen, tag::INT | tag::FLOAT);
            if of_bits && matches!(seen, tag::INT | tag::UNKNOWN) {
                self.guard(register, tag::INT, pc);
            } else if !of_bits && is_number(of_x) && is_number(of_y) {
                self.guard(register, seen, pc);
            }
        }
    }

    /// Pushes what an operation gives of integers; false where it takes more than some instructions.
    fn int_operation(&mut self, operation: Op, x: Operand, y: Operand) -> bool {
        use Op::*;
        let simple = match operation {
            Add => op::I64_ADD,
            Sub => op::I64_SUB,
            Mul => op::I64_MUL,
            BAnd => op::I64_AND,
            BOr => op::I64_OR,
            BXor => op::I64_XOR,
            _ => 0,
        };
        if simple != 0 {
            self.push_int_of(x);
            self.push_int_of(y);
            self.code.op(simple);
            return true;
        }
        match (operation, y) {
            (Shl | Shr, Int(number)) => {
                let left = if operation == Shr { -number } else { number };
                if (-63..64).contains(&left) {
                    self.push_int_of(x);
                    self.code.i64(left.abs());
                    self.code.op(if left >= 0 {
                        op::I64_SHL
                    } else {
                        op::I64_SHR_U
                    });
                } else {
                    self.code.i64(0);
                }
            }
            (Shl | Shr, _) => self.shift(operation == Shr, x, y),
            (Mod, Int(number)) if number > 0 => {
                self.push_int_of(x);
                if number & (number - 1) == 0 {
                    self.code.i64(number - 1);
                    self.code.op(op::I64_AND);
                } else {
                    // The remainder, with the divisor added where it is negative.
                    self.code.i64(number);
                    self.code.op(op::I64_REM_S);
                    self.code.tee(local::VALUE);
                    self.code.get(local::VALUE);
                    self.code.i64(63);
                    self.code.op(op::I64_SHR_S);
                    self.code.i64(number);
                    self.code.op(op::I64_AND);
                    self.code.op(op::I64_ADD);
                }
            }
            (IDiv, Int(number)) if number > 0 => {
                self.push_int_of(x);
                if number & (number - 1) == 0 {
                    self.code.i64(i64::from(number.trailing_zeros()));
                    self.code.op(op::I64_SHR_S);
                } else {
                    // The quotient, less one where it was rounded up.
                    self.code.i64(number);
                    self.code.op(op::I64_DIV_S);
                    self.code.tee(local::VALUE);
                    self.code.get(local::VALUE);
                    self.code.i64(number);
                    self.code.op(op::I64_MUL);
                    self.push_int_of(x);
                    self.code.op(op::I64_GT_S);
                    self.code.op(op::I64_EXTEND_I32_U);
                    self.code.op(op::I64_SUB);
                }
            }
            _ => return false,
        }
        true
    }

    /// A shift by a variable: both ways, and zero beyond 63 bits.
    fn shift(&mut self, is_right: bool, x: Operand, y: Operand) {
        if is_right {
            self.code.i64(0);
            self.push_int_of(y);
            self.code.op(op::I64_SUB);
        } else {
            self.push_int_of(y);
        }
        self.code.set(local::COUNT);
        self.push_int_of(x);
        self.code.get(local::COUNT);
        self.code.op(op::I64_SHL);
        self.push_int_of(x);
        self.push_negated_count();
        self.code.op(op::I64_SHR_U);
        self.code.i64(0);
        self.push_negated_count();
        self.code.i64(64);
        self.code.op(op::I64_LT_U);
        self.code.op(op::SELECT);
        self.code.get(local::COUNT);
        self.code.i64(64);
        self.code.op(op::I64_LT_U);
        self.code.op(op::SELECT);
    }

    fn push_negated_count(&mut self) {
        self.code.i64(0);
        self.code.get(local::COUNT);
        self.code.op(op::I64_SUB);
    }

    /// A division of integers, floored, into VALUE. Of 0 and -1, which trap in WebAssembly, Lua does it.
    fn int_division(&mut self, operation: Op, pc: usize, a: usize, x: Operand, y: Operand) {
        self.push_int_of(y);
        self.code.i64(1);
        self.code.op(op::I64_ADD);
        self.code.i64(1);
        self.code.op(op::I64_LE_U);
        self.code.r#if();
        self.step_aside(pc);
        self.load_any(a);
        self.code.r#else();
        let is_modulo = operation == Op::Mod;
        self.push_int_of(x);
        self.push_int_of(y);
        self.code.op(if is_modulo {
            op::I64_REM_S
        } else {
            op::I64_DIV_S
        });
        self.code.set(local::VALUE);
        // The signs differ, and something is left over: then the next lower quotient.
        if is_modulo {
            self.code.get(local::VALUE);
        } else {
            self.push_int_of(x);
        }
        self.push_int_of(y);
        self.code.op(op::I64_XOR);
        self.code.i64(0);
        self.code.op(op::I64_LT_S);
        self.code.get(local::VALUE);
        if is_modulo {
            self.code.i64(0);
        } else {
            self.push_int_of(y);
            self.code.op(op::I64_MUL);
            self.push_int_of(x);
        }
        self.code.op(op::I64_NE);
        self.code.op(op::I32_AND);
        self.code.r#if();
        self.code.get(local::VALUE);
        if is_modulo {
            self.push_int_of(y);
            self.code.op(op::I64_ADD);
        } else {
            self.code.i64(1);
            self.code.op(op::I64_SUB);
        }
        self.code.set(local::VALUE);
        self.code.end();
        self.code.end();
    }

    /// Pushes what an operation gives of floats.
    fn float_operation(&mut self, operation: Op, x: Operand, y: Operand) {
        use Op::*;
        self.push_float_of(x);
        let is_two = match y {
            Int(number) => number == 2,
            Float(number) => number == 2.0,
            Register(_) => false,
        };
        if operation == Pow && is_two {
            self.code.tee(local::NUMBER);
            self.code.get(local::NUMBER);
            return self.code.op(op::F64_MUL);
        }
        self.push_float_of(y);
        match operation {
            Add => self.code.op(op::F64_ADD),
            Sub => self.code.op(op::F64_SUB),
            Mul => self.code.op(op::F64_MUL),
            Div => self.code.op(op::F64_DIV),
            IDiv => {
                self.code.op(op::F64_DIV);
                self.code.op(op::F64_FLOOR);
            }
            Mod => self.code.call(helper::modulo),
            _ => self.code.call(helper::pow),
        }
    }

    /// `-x`.
    pub fn negate(&mut self, pc: usize, a: usize, b: usize) {
        self.cache(b);
        let seen = self.function.seen_tag(pc, b);
        if self.known(b) == tag::UNKNOWN
            && self.guesses(pc)
            && matches!(seen, tag::INT | tag::FLOAT)
        {
            self.guard(b, seen, pc);
        }
        match self.known(b) {
            tag::INT => {
                self.code.i64(0);
                self.push_bits(b);
                self.code.op(op::I64_SUB);
                self.set_int(a);
            }
            tag::FLOAT => {
                self.push_float(b);
                self.code.op(op::F64_NEG);
                self.set_float(a);
            }
            _ => self.step(pc, a..a + 1),
        }
    }
}
