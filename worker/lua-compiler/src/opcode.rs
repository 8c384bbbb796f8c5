//! Lua 5.4's instructions (lopcodes.h).

/// An instruction's opcode.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd)]
#[rustfmt::skip]
pub enum Op {
    Move, LoadI, LoadF, LoadK, LoadKX, LoadFalse, LFalseSkip, LoadTrue, LoadNil, GetUpval, SetUpval, GetTabUp, GetTable, GetI,
    GetField, SetTabUp, SetTable, SetI, SetField, NewTable, Method, AddI, AddK, SubK, MulK, ModK, PowK, DivK, IDivK, BAndK,
    BOrK, BXorK, ShrI, ShlI, Add, Sub, Mul, Mod, Pow, Div, IDiv, BAnd, BOr, BXor, Shl, Shr, MmBin, MmBinI, MmBinK, Unm,
    BNot, Not, Len, Concat, Close, Tbc, Jmp, Eq, Lt, Le, EqK, EqI, LtI, LeI, GtI, GeI, Test, TestSet, Call, TailCall,
    Return, Return0, Return1, ForLoop, ForPrep, TForPrep, TForCall, TForLoop, SetList, Closure, VarArg, VarArgPrep, ExtraArg,
}

#[rustfmt::skip]
const OPS: [Op; 83] = {
    use Op::*;
    [
        Move, LoadI, LoadF, LoadK, LoadKX, LoadFalse, LFalseSkip, LoadTrue, LoadNil, GetUpval, SetUpval, GetTabUp, GetTable, GetI,
        GetField, SetTabUp, SetTable, SetI, SetField, NewTable, Method, AddI, AddK, SubK, MulK, ModK, PowK, DivK, IDivK, BAndK,
        BOrK, BXorK, ShrI, ShlI, Add, Sub, Mul, Mod, Pow, Div, IDiv, BAnd, BOr, BXor, Shl, Shr, MmBin, MmBinI, MmBinK, Unm,
        BNot, Not, Len, Concat, Close, Tbc, Jmp, Eq, Lt, Le, EqK, EqI, LtI, LeI, GtI, GeI, Test, TestSet, Call, TailCall,
        Return, Return0, Return1, ForLoop, ForPrep, TForPrep, TForCall, TForLoop, SetList, Closure, VarArg, VarArgPrep, ExtraArg,
    ]
};

/// How many there are: a Lua with others is refused.
pub const OPCODES: u32 = OPS.len() as u32;

/// An instruction.
#[derive(Clone, Copy)]
pub struct Ins(pub u32);

impl Ins {
    pub fn op(self) -> Op {
        OPS.get((self.0 & 127) as usize)
            .copied()
            .unwrap_or(Op::ExtraArg)
    }
    pub fn a(self) -> usize {
        (self.0 >> 7 & 255) as usize
    }
    pub fn b(self) -> usize {
        (self.0 >> 16 & 255) as usize
    }
    pub fn c(self) -> usize {
        (self.0 >> 24) as usize
    }
    pub fn k(self) -> bool {
        self.0 >> 15 & 1 == 1
    }
    pub fn sb(self) -> i64 {
        self.b() as i64 - 127
    }
    pub fn sc(self) -> i64 {
        self.c() as i64 - 127
    }
    pub fn bx(self) -> usize {
        (self.0 >> 15) as usize
    }
    pub fn sbx(self) -> i64 {
        i64::from(self.0 >> 15) - 65535
    }
    pub fn sj(self) -> i64 {
        i64::from(self.0 >> 7) - 16_777_215
    }
}

/// The tags of values that the compiler knows (lobject.h); Lua's side asserts them.
pub mod tag {
    pub const NIL: u8 = 0;
    pub const FALSE: u8 = 1;
    pub const TRUE: u8 = 0x11;
    pub const INT: u8 = 3;
    pub const FLOAT: u8 = 0x13;
    /// What a slot that is not there has.
    pub const ABSENT_KEY: u8 = 0x20;
    pub const SHORT_STRING: u8 = 0x44;
    pub const LONG_STRING: u8 = 0x54;
    pub const TABLE: u8 = 0x45;
    pub const LUA_CLOSURE: u8 = 0x46;
    pub const C_FUNCTION: u8 = 0x16;
    /// The bit of values that are objects.
    pub const COLLECTABLE: u8 = 0x40;
    /// Not a tag: it is not known.
    pub const UNKNOWN: u8 = 255;
}
