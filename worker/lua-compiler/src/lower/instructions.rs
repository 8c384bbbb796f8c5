//! The instructions that go on at the next one.

use super::Lowering;
use super::arithmetic::Operand::{self, Float, Int, Register};
use super::tables::Source;
use crate::opcode::{Op, tag};

impl Lowering<'_> {
    /// One instruction. What is not done here Lua does.
    pub fn instruction(&mut self, pc: usize) {
        use Op::*;
        let instruction = self.function.code[pc];
        let (a, b, c) = (instruction.a(), instruction.b(), instruction.c());
        let source = if instruction.k() {
            Source::Constant(c)
        } else {
            Source::Register(c)
        };
        match instruction.op() {
            Move => self.copy(b, a),
            LoadI => {
                self.code.i64(instruction.sbx());
                self.set_int(a);
            }
            LoadF => {
                self.code.f64(instruction.sbx() as f64);
                self.set_float(a);
            }
            LoadK => self.load_constant(a, instruction.bx()),
            LoadFalse => self.set_singleton(a, tag::FALSE),
            LoadTrue => self.set_singleton(a, tag::TRUE),
            LoadNil => {
                for register in a..=a + b {
                    self.set_singleton(register, tag::NIL);
                }
            }
            GetUpval => self.get_upvalue(a, b),
            SetUpval => self.set_upvalue(a, b),
            GetTabUp => self.get_global(pc, a, b, c),
            SetTabUp => self.set_global(pc, a, b, source),
            GetTable => self.get_table(pc, a, b, Register(c)),
            GetI => self.get_index(pc, a, b, c),
            GetField => self.get_field(pc, a, b, c),
            SetTable => self.set_table(pc, a, Register(b), source),
            SetI => self.set_table(pc, a, Int(b as i64), source),
            SetField => self.set_field(pc, a, b, source),
            Method
                if instruction.k()
                    && self.function.constants[c].tag == tag::SHORT_STRING
                    && a != b
                    && a + 1 != b =>
            {
                self.method(pc, a, b, c);
            }
            Method => self.step(pc, a..a + 2),
            AddI => self.arithmetic(pc, Add, a, Register(b), Int(instruction.sc())),
            AddK => self.with_constant(pc, Add, a, b, c),
            SubK => self.with_constant(pc, Sub, a, b, c),
            MulK => self.with_constant(pc, Mul, a, b, c),
            ModK => self.with_constant(pc, Mod, a, b, c),
            PowK => self.with_constant(pc, Pow, a, b, c),
            DivK => self.with_constant(pc, Div, a, b, c),
            IDivK => self.with_constant(pc, IDiv, a, b, c),
            BAndK => self.with_constant(pc, BAnd, a, b, c),
            BOrK => self.with_constant(pc, BOr, a, b, c),
            BXorK => self.with_constant(pc, BXor, a, b, c),
            ShrI => self.arithmetic(pc, Shr, a, Register(b), Int(instruction.sc())),
            ShlI => self.arithmetic(pc, Shl, a, Int(instruction.sc()), Register(b)),
            operation @ (Add | Sub | Mul | Mod | Pow | Div | IDiv | BAnd | BOr | BXor | Shl
            | Shr) => {
                self.arithmetic(pc, operation, a, Register(b), Register(c));
            }
            Unm => self.negate(pc, a, b),
            Not => self.not(a, b),
            Len => self.length(pc, a, b),
            NewTable => {
                self.step(pc, a..a + 1);
                self.now[a].memory_tag = tag::TABLE;
            }
            Closure => {
                self.step(pc, a..a + 1);
                self.now[a].memory_tag = tag::LUA_CLOSURE;
            }
            Concat => self.step(pc, a..a + b),
            VarArg => self.step(
                pc,
                a..if c == 0 {
                    self.function.stack
                } else {
                    a + c - 1
                },
            ),
            SetList | Tbc => self.step(pc, 0..0),
            // The functions that end variables are called right above them.
            Close => self.step(pc, a..self.function.stack),
            BNot | LoadKX => self.step(pc, a..a + 1),
            Call => self.call(pc, a, b, c),
            _ => self.step(pc, 0..self.function.stack),
        }
    }

    fn load_constant(&mut self, a: usize, at: usize) {
        let constant = self.function.constants[at];
        match constant.tag {
            tag::INT => {
                self.code.i64(constant.bits as i64);
                self.set_int(a);
            }
            tag::FLOAT => {
                self.code.f64(f64::from_bits(constant.bits));
                self.set_float(a);
            }
            _ => self.set_constant(a, at),
        }
    }

    /// An operation whose second operand is a constant, which is a number.
    fn with_constant(&mut self, pc: usize, operation: Op, a: usize, b: usize, at: usize) {
        let constant = self.function.constants[at];
        let number: Operand = match constant.tag {
            tag::INT => Int(constant.bits as i64),
            _ => Float(f64::from_bits(constant.bits)),
        };
        let of_bits = matches!(operation, Op::BAnd | Op::BOr | Op::BXor);
        if of_bits && constant.tag != tag::INT || !matches!(constant.tag, tag::INT | tag::FLOAT) {
            return self.step(pc, a..a + 1);
        }
        self.arithmetic(pc, operation, a, Register(b), number);
    }
}
