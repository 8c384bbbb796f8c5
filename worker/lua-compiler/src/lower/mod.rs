//! From instructions to WebAssembly. Registers whose kind is known live in locals, and are written to Lua's stack before anything
//! that may look at it.

mod arithmetic;
mod branches;
mod calls;
mod compare;
mod instructions;
mod registers;
mod tables;

use crate::Refusal;
use crate::flow::{Flow, NONE};
use crate::input::Function;
use crate::layout::Layout;
use crate::wasm::{self, Code, F64, I32, I64, Label, Signature, ValType, op};
use registers::{IN_MEMORY, State};

/// The locals that every function has; the first four are its parameters.
mod local {
    /// The Lua thread, and the frame.
    pub const L: u32 = 0;
    pub const CI: u32 = 1;
    /// Where to begin: 0, or a loop that the interpreter is in.
    pub const PC: u32 = 2;
    /// How many bytes of native stack compiled frames take, this one's included once it has begun.
    pub const DEPTH: u32 = 3;
    /// The first register, the closure, its constants, code and caches.
    pub const BASE: u32 = 4;
    pub const CLOSURE: u32 = 5;
    pub const K: u32 = 6;
    pub const CODE: u32 = 7;
    pub const CACHES: u32 = 8;
    /// Where the interpreter goes on.
    pub const EXIT_PC: u32 = 9;
    /// For the moment: addresses, a tag, values.
    pub const T0: u32 = 10;
    pub const T1: u32 = 11;
    pub const T2: u32 = 12;
    pub const T3: u32 = 13;
    pub const TAG: u32 = 14;
    pub const VALUE: u32 = 15;
    pub const COUNT: u32 = 16;
    pub const NUMBER: u32 = 17;
    /// Where those of registers begin.
    pub const FIRST: u32 = 18;
}

const FIXED: [ValType; 14] = [
    I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I64, I64, F64,
];

/// What a compiled function gives back (jit.h has the same).
mod status {
    /// The frame has returned.
    pub const RETURNED: u32 = 0;
    /// The interpreter is to go on at the frame's saved place.
    pub const INTERPRET: u32 = 1;
}

/// The functions of Lua's that compiled code calls, with their signatures; [`helper`] has their numbers.
const SIGNATURES: &[Signature] = &[
    (&[I32; 4], &[I32]),
    (&[I32; 3], &[I32]),
    (&[I32; 3], &[]),
    (&[I32; 2], &[I32]),
    (&[I32, I64], &[I32]),
    (&[I32; 2], &[]),
    (&[F64; 2], &[F64]),
    (&[I32], &[I64]),
    (&[], &[I32]),
];

macro_rules! helpers {
    ($($name:ident $signature:literal),* $(,)?) => {
        /// The signatures of what the module imports, in the order of Lua's table of it (jit_layout.h).
        const HELPERS: &[u32] = &[$($signature),*];
        #[expect(non_upper_case_globals, reason = "they are functions' names")]
        mod helper {
            helpers!(@number 0u32, $($name)*);
        }
    };
    (@number $number:expr, $name:ident $($rest:ident)*) => {
        pub const $name: u32 = $number;
        helpers!(@number $number + 1, $($rest)*);
    };
    (@number $number:expr,) => {};
}

helpers! {
    step 1, compare 1, call 1, finish 0, tail_call 1, ret 1, for_prep 1, for_loop 1, tfor_prep 2, tfor_call 1, get_int 4, get_string 3,
    find_field 1, find_method 0, string_method 3, length 7, barrier_back 5, barrier 2, pow 6, modulo 6, fails 8,
}

/// One function that is being written.
struct Lowering<'a> {
    function: &'a Function,
    flow: &'a Flow,
    layout: &'a Layout,
    code: Code,
    /// Of each block that was reached: what is known of the registers where it begins.
    entry_states: Vec<Option<Vec<State>>>,
    /// What is known of the registers here.
    now: Vec<State>,
    /// Whether this writes the function, or only finds the blocks' states.
    writes: bool,
    changed: bool,
    /// The locals of registers, one for each kind, and the types of all.
    locals: Vec<u32>,
    types: Vec<ValType>,
    labels: Vec<Label>,
    loop_labels: Vec<Label>,
    exit: Label,
    /// The blocks that follow a block's end, and those that follow its loop's.
    within: Vec<Vec<usize>>,
    behind: Vec<Vec<usize>>,
    is_merge: Vec<bool>,
    block: usize,
}

/// How often the states may change before the function is refused.
const ROUNDS: u32 = 60;
/// The bytes of code that a function may have: more takes an engine longer than it saves.
const BYTES: usize = 256 << 10;
/// How deep blocks may be written inside of each other, each of which takes some of the native stack.
const DEPTH: usize = 200;

/// The module of a function.
///
/// # Errors
/// [`Refusal::Unsettled`].
pub fn module(function: &Function, flow: &Flow, layout: &Layout) -> Result<Vec<u8>, Refusal> {
    let count = flow.blocks.len();
    let mut lowering = Lowering {
        function,
        flow,
        layout,
        code: Code::default(),
        entry_states: vec![None; count],
        now: vec![IN_MEMORY; function.stack],
        writes: false,
        changed: true,
        locals: vec![0; function.stack * 3],
        types: Vec::new(),
        labels: vec![Label::default(); count],
        loop_labels: vec![Label::default(); count],
        exit: Label::default(),
        within: vec![Vec::new(); count],
        behind: vec![Vec::new(); count],
        is_merge: vec![false; count],
        block: 0,
    };
    lowering.place_blocks()?;
    let mut rounds = 0;
    while lowering.changed {
        rounds += 1;
        if rounds > ROUNDS {
            return Err(Refusal::Unsettled);
        }
        lowering.changed = false;
        let mut bytes = 0;
        for &block in &flow.order {
            if block == flow.entry || lowering.entry_states[block].is_some() {
                lowering.code = Code::default();
                lowering.lower_block(block);
                bytes += lowering.code.bytes.len();
                if bytes > BYTES {
                    return Err(Refusal::TooLarge);
                }
            }
        }
    }
    // How many locals there are decides what the frame takes of the native stack: a first writing finds them.
    lowering.locals.fill(0);
    lowering.types.clear();
    for _ in 0..2 {
        lowering.write();
        if lowering.code.bytes.len() > BYTES {
            return Err(Refusal::TooLarge);
        }
    }
    let locals: Vec<_> = FIXED.iter().chain(&lowering.types).copied().collect();
    Ok(wasm::module(
        SIGNATURES,
        HELPERS,
        &locals,
        &lowering.code.bytes,
    ))
}

impl Lowering<'_> {
    /// Where each block is written, so that all ways to it lead out of blocks or up to loops (Ramsey: Beyond Relooper).
    fn place_blocks(&mut self) -> Result<(), Refusal> {
        let flow = self.flow;
        let mut depth = vec![0; flow.blocks.len()];
        for &block in &flow.order {
            if block == flow.entry {
                continue;
            }
            let dominator = flow.dominator[block];
            // Behind the outermost loop around its dominator that it is not in.
            let mut outermost = NONE;
            let mut header = if flow.is_header[dominator] {
                dominator
            } else {
                flow.parent[dominator]
            };
            while header != NONE && !flow.body[header][block] {
                outermost = header;
                header = flow.parent[header];
            }
            let is_forward = |from: &&usize| flow.number[**from] < flow.number[block];
            let ways = flow.blocks[block]
                .predecessors
                .iter()
                .filter(is_forward)
                .count();
            let around = if outermost == NONE {
                dominator
            } else {
                outermost
            };
            depth[block] = depth[around] + 1;
            if depth[block] > DEPTH {
                return Err(Refusal::TooLarge);
            }
            if outermost != NONE {
                self.behind[outermost].push(block);
                self.is_merge[block] = true;
            } else if ways >= 2 || flow.is_header[block] {
                self.within[dominator].push(block);
                self.is_merge[block] = true;
            }
        }
        for blocks in self.within.iter_mut().chain(&mut self.behind) {
            blocks.sort_by_key(|block| flow.number[*block]);
        }
        Ok(())
    }

    fn write(&mut self) {
        self.writes = true;
        self.code = Code::default();
        self.exit = self.code.block();
        self.write_tree(self.flow.entry);
        self.code.op(op::UNREACHABLE);
        self.code.end();
        self.code.get(local::CI);
        self.code.get(local::CODE);
        self.code.get(local::EXIT_PC);
        self.code.i32(2);
        self.code.op(op::I32_SHL);
        self.code.op(op::I32_ADD);
        self.code.i32_store(self.layout.ci_savedpc);
        self.code.i32(status::INTERPRET);
        self.code.op(0x0b);
    }

    fn write_tree(&mut self, block: usize) {
        if self.code.bytes.len() > BYTES {
            return;
        }
        let behind = self.behind[block].clone();
        let within = self.within[block].clone();
        for &follower in behind.iter().rev() {
            self.labels[follower] = self.code.block();
        }
        if self.flow.is_header[block] {
            self.loop_labels[block] = self.code.r#loop();
        }
        for &follower in within.iter().rev() {
            self.labels[follower] = self.code.block();
        }
        if self.flow.is_header[block] && self.has_inner_loop(block) {
            self.block = block;
            self.code.get(local::PC);
            self.code.r#if();
            self.enter_at_pc(block);
            self.code.end();
        }
        self.lower_block(block);
        for &follower in &within {
            self.code.end();
            self.write_tree(follower);
        }
        if self.flow.is_header[block] {
            self.code.end();
        }
        for &follower in &behind {
            self.code.end();
            self.write_tree(follower);
        }
    }

    fn lower_block(&mut self, block: usize) {
        self.block = block;
        if block == self.flow.entry {
            return self.enter();
        }
        self.now = self.entry_states[block]
            .clone()
            .unwrap_or_else(|| vec![IN_MEMORY; self.function.stack]);
        let (mut pc, last) = (self.flow.blocks[block].start, self.flow.blocks[block].last);
        self.forget_captured();
        while pc != last {
            if self.code.bytes.len() > BYTES {
                return;
            }
            self.instruction(pc);
            self.forget_captured();
            pc += self.function.length(pc);
        }
        if self.function.successors(pc).is_some() {
            return self.ending(pc);
        }
        self.instruction(pc);
        self.forget_captured();
        self.branch(self.flow.at[pc + self.function.length(pc)]);
    }

    /// What the frame takes of the native stack, in bytes: V8's baseline code keeps every local in it.
    fn frame_bytes(&self) -> u32 {
        96 + 8 * (local::FIRST + self.types.len() as u32)
    }

    /// The function's beginning.
    fn enter(&mut self) {
        let layout = self.layout;
        self.rebase();
        self.code.get(local::BASE);
        self.code.i32(layout.value);
        self.code.op(op::I32_SUB);
        self.code.i32_load(0);
        self.code.tee(local::CLOSURE);
        self.code.i32_load(layout.closure_proto);
        self.code.tee(local::T0);
        self.code.i32_load(layout.proto_k);
        self.code.set(local::K);
        for (offset, into) in [
            (layout.proto_code, local::CODE),
            (layout.proto_caches, local::CACHES),
        ] {
            self.code.get(local::T0);
            self.code.i32_load(offset);
            self.code.set(into);
        }
        self.code.get(local::DEPTH);
        self.code.i32(self.frame_bytes());
        self.code.op(op::I32_ADD);
        self.code.set(local::DEPTH);
        self.tell_depth();
        self.now = vec![IN_MEMORY; self.function.stack];
        if self.writes {
            self.code.get(local::PC);
            self.code.r#if();
            self.enter_at_pc(NONE);
            self.code.end();
            self.block = self.flow.entry;
        }
        self.burn(self.function.code.len(), 0);
        self.now = vec![IN_MEMORY; self.function.stack];
        self.branch(self.flow.at[0]);
    }

    /// What others that enter from here add to.
    fn tell_depth(&mut self) {
        self.code.get(local::L);
        self.code.get(local::DEPTH);
        self.code.i32_store(self.layout.state_depth);
    }

    /// Burns fuel for so many instructions; without it the interpreter goes on at `pc`, and looks.
    fn burn(&mut self, instructions: usize, pc: usize) {
        let fuel = self.layout.fuel;
        self.code.i32(0);
        self.code.i32(0);
        self.code.i32_load(fuel);
        self.code.i32(1 + (instructions >> 3) as u32);
        self.code.op(op::I32_SUB);
        self.code.tee(local::TAG);
        self.code.i32_store(fuel);
        self.code.get(local::TAG);
        self.code.i32(0);
        self.code.op(op::I32_LT_S);
        self.leave_if(pc);
    }

    fn has_inner_loop(&self, header: usize) -> bool {
        (0..self.flow.entry)
            .any(|block| self.flow.is_header[block] && self.flow.parent[block] == header)
    }

    /// To the loop that PC says, of those right inside `outer`, or through one of them. Where PC says none the interpreter
    /// goes on.
    fn enter_at_pc(&mut self, outer: usize) {
        let flow = self.flow;
        for header in 0..flow.entry {
            if !flow.is_header[header] || flow.parent[header] != outer {
                continue;
            }
            self.pc_is(header);
            self.code.r#if();
            self.now = vec![IN_MEMORY; self.function.stack];
            self.code.i32(0);
            self.code.set(local::PC);
            self.branch(header);
            self.code.end();
            let inner: Vec<_> = (0..flow.entry)
                .filter(|block| {
                    flow.is_header[*block] && *block != header && flow.body[header][*block]
                })
                .collect();
            if inner.is_empty() {
                continue;
            }
            for (number, &block) in inner.iter().enumerate() {
                self.pc_is(block);
                if number > 0 {
                    self.code.op(op::I32_OR);
                }
            }
            self.code.r#if();
            self.follow(header);
            self.code.end();
        }
        self.code.get(local::PC);
        self.code.set(local::EXIT_PC);
        let exit = self.exit;
        self.code.br(exit);
    }

    fn pc_is(&mut self, header: usize) {
        self.code.get(local::PC);
        self.code.i32(self.flow.blocks[header].start as u32);
        self.code.op(op::I32_EQ);
    }

    /// On to a block that lies ahead.
    fn follow(&mut self, block: usize) {
        if self.is_merge[block] {
            let label = self.labels[block];
            self.code.br(label);
        } else {
            let here = self.block;
            self.write_tree(block);
            self.block = here;
        }
    }
}
