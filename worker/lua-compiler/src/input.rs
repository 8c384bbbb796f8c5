//! The function as Lua describes it: what does not change (its identity), what was seen of it, and which guesses failed.
//!
//! In words of four bytes: instructions, constants, variables, failures (how many of each); parameters, whether it is
//! variadic, registers; then the instructions, the constants of three words (a tag and the number, if it is one), a bit for each of 256
//! registers that a closure captures, the variables of three words (register, first and last place); the profile of four bytes an
//! instruction; the places where a guess failed.

use crate::opcode::{Ins, Op, tag};

/// The most instructions, and the most registers (three locals each), that a function may have.
pub const MAX_INSTRUCTIONS: usize = 4000;
const MAX_REGISTERS: usize = 250;

/// A constant; `bits` are a number's.
#[derive(Clone, Copy)]
pub struct Constant {
    pub tag: u8,
    pub bits: u64,
}

/// What was seen of one instruction.
#[derive(Clone, Copy)]
pub struct Seen {
    /// The tags of R[A], R[B], R[C]; [`tag::UNKNOWN`] for never, [`MIXED`] for several.
    tags: [u8; 3],
    /// What a call called: see [`callee`].
    pub callee: u8,
}

/// What a call called, as the profile has it.
pub mod callee {
    /// The function itself.
    pub const ITSELF: u8 = 1;
    pub const SQRT: u8 = 2;
    pub const FLOOR: u8 = 3;
    pub const ABS: u8 = 4;
    pub const BYTE: u8 = 5;
}

/// A variable of the source: its register, and from where to where it is there.
pub struct Variable {
    pub register: usize,
    pub start: usize,
    pub end: usize,
}

/// A function that is to be compiled.
pub struct Function {
    /// Its instructions.
    pub code: Vec<Ins>,
    /// Its constants.
    pub constants: Vec<Constant>,
    /// How many parameters it has.
    pub params: usize,
    /// Whether it takes more arguments.
    pub is_variadic: bool,
    /// How many registers it has.
    pub stack: usize,
    /// The registers that others may reach: never kept in locals.
    pub captured: Vec<bool>,
    /// The variables of its source.
    pub variables: Vec<Variable>,
    profile: Vec<Seen>,
    /// Where guesses failed.
    pub generic: Vec<usize>,
}

impl Function {
    /// From its description; none when it is not one. Whatever the bytes, what comes of it stays within it.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let mut words = bytes
            .chunks_exact(4)
            .map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]));
        let mut next = || words.next().map(|word| word as usize);
        let [instructions, constants, variables, failures] = [next()?, next()?, next()?, next()?];
        let (params, is_variadic, stack) = (next()?, next()? != 0, next()?);
        let longest = bytes.len();
        if [instructions, constants, variables, failures]
            .iter()
            .any(|count| *count > longest)
            || stack > 256
            || params > stack
        {
            return None;
        }
        let mut word = || next().map(|word| word as u32);
        let code: Vec<_> = (0..instructions)
            .map(|_| word().map(Ins))
            .collect::<Option<_>>()?;
        let constants = (0..constants)
            .map(|_| {
                Some(Constant {
                    tag: word()? as u8,
                    bits: u64::from(word()?) | u64::from(word()?) << 32,
                })
            })
            .collect::<Option<_>>()?;
        let bits: Vec<u32> = (0..8).map(|_| word()).collect::<Option<_>>()?;
        let mut captured: Vec<bool> = (0..256)
            .map(|register| bits[register >> 5] >> (register & 31) & 1 == 1)
            .collect();
        let variables = (0..variables)
            .map(|_| {
                Some(Variable {
                    register: (word()? & 255) as usize,
                    start: word()? as usize,
                    end: word()? as usize,
                })
            })
            .collect::<Option<_>>()?;
        let profile = (0..instructions)
            .map(|_| {
                let [a, b, c, callee] = word()?.to_le_bytes();
                Some(Seen {
                    tags: [a, b, c],
                    callee,
                })
            })
            .collect::<Option<_>>()?;
        let generic = (0..failures)
            .map(|_| word().map(|pc| pc as usize))
            .collect::<Option<_>>()?;
        for instruction in &code {
            match instruction.op() {
                Op::Tbc => captured[instruction.a()] = true,
                Op::TForPrep => captured[(instruction.a() + 3) & 255] = true,
                _ => {}
            }
        }
        let function = Self {
            code,
            constants,
            params,
            is_variadic,
            stack,
            captured,
            variables,
            profile,
            generic,
        };
        function.is_within().then_some(function)
    }

    /// Whether it is small enough.
    pub fn is_small(&self) -> bool {
        self.code.len() <= MAX_INSTRUCTIONS && self.stack <= MAX_REGISTERS
    }

    /// Whether every register, constant and place that an instruction names is there. Lua's parser gives no others; it is
    /// checked all the same, so that whatever the input nothing here can panic.
    fn is_within(&self) -> bool {
        use Op::*;
        let count = self.code.len();
        let is_place = |place: i64| place >= 0 && (place as usize) < count;
        let is_constant = |at: usize| at < self.constants.len();
        let all = self.code.iter().enumerate().all(|(pc, ins)| {
            let op = ins.op();
            let (a, b, c) = (ins.a(), ins.b(), ins.c());
            let here = pc as i64;
            let registers: &[usize] = match op {
                Move | Unm | BNot | Not | Len | GetI | GetField | TestSet | AddI | AddK | SubK
                | MulK | ModK | PowK | DivK | IDivK | BAndK | BOrK | BXorK | ShrI | ShlI | Eq
                | Lt | Le => &[a, b],
                GetTable | Add | Sub | Mul | Mod | Pow | Div | IDiv | BAnd | BOr | BXor | Shl
                | Shr => &[a, b, c],
                Method if ins.k() => &[a + 1, b],
                Method => &[a + 1, b, c],
                SetTable if ins.k() => &[a, b],
                SetTable => &[a, b, c],
                SetI | SetField if ins.k() => &[a],
                SetI | SetField => &[a, c],
                SetTabUp if ins.k() => &[],
                SetTabUp => &[c],
                LoadNil => &[a + b],
                Jmp | MmBin | MmBinI | MmBinK | ExtraArg | VarArgPrep | Return0 => &[],
                Return if b == 1 => &[],
                VarArg if c == 1 => &[],
                ForLoop | ForPrep => &[a + 3],
                TForPrep => &[a + 3],
                TForCall => &[a + 3 + c, a + 6],
                TForLoop => &[a + 4],
                Concat => &[a + b.max(1) - 1],
                Call => &[a + b.max(1) - 1, a + c.max(2) - 2],
                TailCall => &[a + b.max(1) - 1],
                Return => &[a + b.max(2) - 2],
                SetList => &[a + b],
                VarArg => &[a + c.max(2) - 2],
                _ => &[a],
            };
            let has_constants = match op {
                LoadK => is_constant(ins.bx()),
                GetField | GetTabUp | AddK | SubK | MulK | ModK | PowK | DivK | IDivK | BAndK
                | BOrK | BXorK => is_constant(c),
                SetField | SetTabUp => is_constant(b) && (!ins.k() || is_constant(c)),
                SetTable | SetI | Method => !ins.k() || is_constant(c),
                EqK => is_constant(b),
                _ => true,
            };
            let jumps = |at: i64| {
                self.code
                    .get(at as usize)
                    .is_some_and(|jump| jump.op() == Jmp && is_place(at + 1 + jump.sj()))
            };
            let has_places = match op {
                Jmp => is_place(here + 1 + ins.sj()),
                Eq | Lt | Le | EqK | EqI | LtI | LeI | GtI | GeI | Test | TestSet => {
                    jumps(here + 1) && is_place(here + 2)
                }
                ForLoop => is_place(here + 1 - ins.bx() as i64) && is_place(here + 1),
                LFalseSkip => is_place(here + 2),
                ForPrep => is_place(here + 1) && is_place(here + ins.bx() as i64 + 2),
                TForPrep => is_place(here + 1 + ins.bx() as i64),
                TForCall => {
                    self.code.get(pc + 1).is_some_and(|next| {
                        next.op() == TForLoop && is_place(here + 2 - next.bx() as i64)
                    }) && is_place(here + 2)
                }
                Return | Return0 | Return1 | TailCall => true,
                _ => is_place(here + self.length(pc) as i64),
            };
            registers.iter().all(|register| *register < self.stack) && has_constants && has_places
        });
        all && count > 0
            && self
                .variables
                .iter()
                .all(|variable| variable.register < self.stack)
            && self
                .code
                .iter()
                .all(|ins| ins.op() != NewTable || ins.a() < self.stack)
    }

    /// How many words the instruction takes, those that it always skips included.
    pub fn length(&self, pc: usize) -> usize {
        let instruction = self.code[pc];
        match instruction.op() {
            Op::NewTable | Op::LoadKX => 2,
            Op::SetList => 1 + usize::from(instruction.k()),
            op if (Op::AddI..=Op::Shr).contains(&op) => 2,
            _ => 1,
        }
    }

    /// What was seen of an instruction.
    pub fn seen(&self, pc: usize) -> Seen {
        self.profile[pc]
    }

    /// The tag that was seen of a register which the instruction reads: [`tag::UNKNOWN`] where it reads none or was never
    /// run.
    pub fn seen_tag(&self, pc: usize, register: usize) -> u8 {
        use Op::*;
        let instruction = self.code[pc];
        let [of_a, of_b, of_c] = self.profile[pc].tags;
        let a = instruction.a() == register;
        let b = instruction.b() == register;
        let c = instruction.c() == register;
        match instruction.op() {
            Move | Unm | BNot | Not | Len | GetI | GetField | Method | TestSet | AddI | AddK
            | SubK | MulK | ModK | PowK | DivK | IDivK | BAndK | BOrK | BXorK | ShrI | ShlI
                if b =>
            {
                of_b
            }
            GetTable | Add | Sub | Mul | Mod | Pow | Div | IDiv | BAnd | BOr | BXor | Shl | Shr
                if b =>
            {
                of_b
            }
            GetTable | Add | Sub | Mul | Mod | Pow | Div | IDiv | BAnd | BOr | BXor | Shl | Shr
                if c =>
            {
                of_c
            }
            SetTable | Eq | Lt | Le | SetI | SetField | EqK | EqI | LtI | LeI | GtI | GeI
            | ForPrep
                if a =>
            {
                of_a
            }
            SetTable | Eq | Lt | Le if b => of_b,
            ForPrep if register == instruction.a() + 1 => of_b,
            ForPrep if register == instruction.a() + 2 => of_c,
            _ => tag::UNKNOWN,
        }
    }
}
