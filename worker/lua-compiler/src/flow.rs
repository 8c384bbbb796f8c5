//! The function's basic blocks, which of them dominate which, its loops, and what is live where.

use crate::Refusal;
use crate::input::Function;
use crate::opcode::{Op, tag};

/// A set of registers.
pub type Registers = [u64; 4];

fn insert(set: &mut Registers, registers: std::ops::Range<usize>) {
    for register in registers {
        set[register >> 6] |= 1 << (register & 63);
    }
}

fn remove(set: &mut Registers, registers: std::ops::Range<usize>) {
    for register in registers {
        set[register >> 6] &= !(1 << (register & 63));
    }
}

/// No block.
pub const NONE: usize = usize::MAX;

/// A basic block; the last one is the entry, which has no instruction.
#[derive(Default, Clone)]
pub struct Block {
    pub start: usize,
    pub last: usize,
    pub successors: Vec<usize>,
    pub predecessors: Vec<usize>,
}

/// The function's structure. The entry leads to the first instruction and into each outermost loop; a loop leads into
/// the loops right inside it: the interpreter may enter at any of them.
#[derive(Default)]
pub struct Flow {
    pub blocks: Vec<Block>,
    /// The block that begins at a place.
    pub at: Vec<usize>,
    /// The blocks in reverse postorder, and the number of each there.
    pub order: Vec<usize>,
    pub number: Vec<usize>,
    pub dominator: Vec<usize>,
    pub is_header: Vec<bool>,
    /// Of a header: which blocks are in its loop.
    pub body: Vec<Vec<bool>>,
    /// The innermost loop around a block's own.
    pub parent: Vec<usize>,
    live: Vec<Registers>,
    named: Vec<Registers>,
    /// Of a header: the tag of each register that an instruction in its loop reads first.
    seen: Vec<Vec<u8>>,
    pub entry: usize,
}

impl Function {
    /// Where it may go on, of an instruction that ends a block.
    pub fn successors(&self, pc: usize) -> Option<Vec<usize>> {
        use Op::*;
        let instruction = self.code[pc];
        let to = |offset: i64| (pc as i64 + offset) as usize;
        Some(match instruction.op() {
            Jmp => vec![to(1 + instruction.sj())],
            Eq | Lt | Le | EqK | EqI | LtI | LeI | GtI | GeI | Test | TestSet => {
                vec![to(2 + self.code[pc + 1].sj()), pc + 2]
            }
            ForLoop => vec![pc + 1 - instruction.bx(), pc + 1],
            ForPrep => vec![pc + 1, pc + instruction.bx() + 2],
            TForPrep => vec![pc + 1 + instruction.bx()],
            TForCall => vec![pc + 2 - self.code[pc + 1].bx(), pc + 2],
            Return | Return0 | Return1 | TailCall => vec![],
            LFalseSkip => vec![pc + 2],
            _ => return None,
        })
    }

    /// The registers that an instruction reads, and those that it writes.
    fn effects(&self, pc: usize) -> (Registers, Registers) {
        use Op::*;
        let instruction = self.code[pc];
        let (a, b, c) = (instruction.a(), instruction.b(), instruction.c());
        let (mut reads, mut writes) = ([0; 4], [0; 4]);
        let mut reads_each = |registers: &[usize]| {
            for register in registers {
                insert(&mut reads, *register..register + 1);
            }
        };
        let writes_a = match instruction.op() {
            Move | Unm | BNot | Not | Len | GetI | GetField => {
                reads_each(&[b]);
                true
            }
            LoadI | LoadF | LoadK | LoadKX | LoadFalse | LFalseSkip | LoadTrue | GetUpval
            | GetTabUp | NewTable | Closure => true,
            AddI | AddK | SubK | MulK | ModK | PowK | DivK | IDivK | BAndK | BOrK | BXorK
            | ShrI | ShlI => {
                reads_each(&[b]);
                true
            }
            GetTable | Add | Sub | Mul | Mod | Pow | Div | IDiv | BAnd | BOr | BXor | Shl | Shr => {
                reads_each(&[b, c]);
                true
            }
            SetUpval | Test | EqK | EqI | LtI | LeI | GtI | GeI | Return1 | Tbc => {
                reads_each(&[a]);
                false
            }
            Eq | Lt | Le => {
                reads_each(&[a, b]);
                false
            }
            TestSet => {
                reads_each(&[b]);
                false
            }
            SetTabUp => {
                if !instruction.k() {
                    reads_each(&[c]);
                }
                false
            }
            SetTable => {
                reads_each(&[a, b]);
                if !instruction.k() {
                    reads_each(&[c]);
                }
                false
            }
            SetI | SetField => {
                reads_each(&[a]);
                if !instruction.k() {
                    reads_each(&[c]);
                }
                false
            }
            Method => {
                reads_each(&[b]);
                if !instruction.k() {
                    reads_each(&[c]);
                }
                insert(&mut writes, a..a + 2);
                false
            }
            _ => false,
        };
        if writes_a {
            insert(&mut writes, a..a + 1);
        }
        let stack = self.stack;
        let counted =
            |count: usize, extra: usize| if count == 0 { stack } else { a + count + extra };
        match instruction.op() {
            LoadNil => insert(&mut writes, a..a + b + 1),
            Concat => {
                insert(&mut reads, a..a + b);
                insert(&mut writes, a..a + b);
            }
            Call => {
                insert(&mut reads, a..counted(b, 0));
                insert(&mut writes, a..stack);
            }
            TailCall => insert(&mut reads, a..counted(b, 0)),
            Return => insert(&mut reads, a..if b == 0 { stack } else { a + b - 1 }),
            ForLoop | ForPrep => insert(&mut reads, a..a + 3),
            TForPrep | TForCall => insert(&mut reads, a..a + 4),
            SetList => insert(&mut reads, a..counted(b, 1)),
            VarArg => insert(&mut writes, a..if c == 0 { stack } else { a + c - 1 }),
            VarArgPrep => insert(&mut reads, 0..self.params),
            _ => {}
        }
        (reads, writes)
    }
}

impl Flow {
    /// The structure of a function.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`], and [`Refusal::Irreducible`].
    pub fn of(function: &Function) -> Result<Self, Refusal> {
        if !function.is_small() {
            return Err(Refusal::TooLarge);
        }
        let mut flow = Self::blocks(function);
        flow.sort();
        flow.find_loops()?;
        flow.enter_loops();
        flow.find_live(function);
        flow.find_seen(function);
        Ok(flow)
    }

    fn blocks(function: &Function) -> Self {
        let count = function.code.len();
        let mut is_leader = vec![false; count + 1];
        let mut is_reached = vec![false; count];
        let mut waiting = vec![0];
        is_leader[0] = true;
        while let Some(mut pc) = waiting.pop() {
            while !is_reached[pc] {
                is_reached[pc] = true;
                if let Some(successors) = function.successors(pc) {
                    for successor in successors {
                        is_leader[successor] = true;
                        waiting.push(successor);
                    }
                    break;
                }
                pc += function.length(pc);
            }
        }
        let mut flow = Self {
            at: vec![NONE; count + 1],
            ..Self::default()
        };
        for pc in 0..count {
            if is_leader[pc] && is_reached[pc] {
                flow.at[pc] = flow.blocks.len();
                flow.blocks.push(Block {
                    start: pc,
                    ..Block::default()
                });
            }
        }
        for block in 0..flow.blocks.len() {
            let mut pc = flow.blocks[block].start;
            let successors = loop {
                if let Some(successors) = function.successors(pc) {
                    break successors;
                }
                let next = pc + function.length(pc);
                if is_leader[next] {
                    break vec![next];
                }
                pc = next;
            };
            flow.blocks[block].last = pc;
            flow.blocks[block].successors = successors.iter().map(|pc| flow.at[*pc]).collect();
        }
        flow.entry = flow.blocks.len();
        let first = flow.at[0];
        flow.blocks.push(Block {
            successors: vec![first],
            ..Block::default()
        });
        flow
    }

    /// Orders the blocks, and finds who dominates whom (Cooper, Harvey and Kennedy: A Simple, Fast Dominance Algorithm).
    fn sort(&mut self) {
        let count = self.blocks.len();
        let mut postorder = Vec::new();
        let mut is_seen = vec![false; count];
        let mut stack = vec![(self.entry, 0)];
        is_seen[self.entry] = true;
        while let Some((block, at)) = stack.last_mut() {
            if let Some(&successor) = self.blocks[*block].successors.get(*at) {
                *at += 1;
                if !is_seen[successor] {
                    is_seen[successor] = true;
                    stack.push((successor, 0));
                }
            } else {
                postorder.push(*block);
                stack.pop();
            }
        }
        postorder.reverse();
        self.order = postorder;
        self.number = vec![NONE; count];
        for (number, &block) in self.order.iter().enumerate() {
            self.number[block] = number;
        }
        for block in &mut self.blocks {
            block.predecessors.clear();
        }
        for &block in &self.order {
            for successor in self.blocks[block].successors.clone() {
                self.blocks[successor].predecessors.push(block);
            }
        }
        self.dominator = vec![NONE; count];
        self.dominator[self.entry] = self.entry;
        let mut is_settled = false;
        while !is_settled {
            is_settled = true;
            for &block in &self.order[1..] {
                let mut dominator = NONE;
                for &predecessor in &self.blocks[block].predecessors {
                    if self.dominator[predecessor] != NONE {
                        dominator = if dominator == NONE {
                            predecessor
                        } else {
                            self.common(predecessor, dominator)
                        };
                    }
                }
                if self.dominator[block] != dominator {
                    self.dominator[block] = dominator;
                    is_settled = false;
                }
            }
        }
    }

    fn common(&self, mut one: usize, mut other: usize) -> usize {
        while one != other {
            while self.number[one] > self.number[other] {
                one = self.dominator[one];
            }
            while self.number[other] > self.number[one] {
                other = self.dominator[other];
            }
        }
        one
    }

    fn dominates(&self, one: usize, mut other: usize) -> bool {
        while one != other {
            if other == self.entry {
                return false;
            }
            other = self.dominator[other];
        }
        true
    }

    fn find_loops(&mut self) -> Result<(), Refusal> {
        let count = self.blocks.len();
        self.is_header = vec![false; count];
        self.body = vec![Vec::new(); count];
        for &block in &self.order {
            for &header in &self.blocks[block].successors {
                if self.number[header] > self.number[block] {
                    continue;
                }
                if !self.dominates(header, block) {
                    return Err(Refusal::Irreducible);
                }
                if !self.is_header[header] {
                    self.is_header[header] = true;
                    self.body[header] = vec![false; count];
                    self.body[header][header] = true;
                }
                let mut waiting = vec![block];
                while let Some(inside) = waiting.pop() {
                    if !self.body[header][inside] {
                        self.body[header][inside] = true;
                        waiting.extend(&self.blocks[inside].predecessors);
                    }
                }
            }
        }
        // The interpreter enters where it is jumped back to.
        for block in &self.blocks[..self.entry] {
            let is_elsewhere =
                |to: &usize| self.blocks[*to].start <= block.last && !self.is_header[*to];
            if block.successors.iter().any(is_elsewhere) {
                return Err(Refusal::Irreducible);
            }
        }
        self.parent = vec![NONE; count];
        for block in 0..count {
            let mut parent = NONE;
            for header in 0..count {
                let is_around =
                    self.is_header[header] && header != block && self.body[header][block];
                if is_around && (parent == NONE || self.body[parent][header]) {
                    parent = header;
                }
            }
            self.parent[block] = parent;
        }
        Ok(())
    }

    /// Adds the ways on which the interpreter enters loops.
    fn enter_loops(&mut self) {
        for header in 0..self.blocks.len() {
            if self.is_header[header] {
                let from = if self.parent[header] == NONE {
                    self.entry
                } else {
                    self.parent[header]
                };
                if !self.blocks[from].successors.contains(&header) {
                    self.blocks[from].successors.push(header);
                }
            }
        }
        self.sort();
    }

    fn find_live(&mut self, function: &Function) {
        let count = function.code.len();
        self.live = vec![[0; 4]; count + 1];
        let mut is_settled = false;
        while !is_settled {
            is_settled = true;
            for &block in self
                .order
                .iter()
                .rev()
                .filter(|block| **block != self.entry)
            {
                let (start, last) = (self.blocks[block].start, self.blocks[block].last);
                let mut places = vec![start];
                let mut pc = start;
                while pc != last {
                    pc += function.length(pc);
                    places.push(pc);
                }
                let after = function
                    .successors(last)
                    .unwrap_or_else(|| vec![last + function.length(last)]);
                let mut live = [0; 4];
                for successor in after {
                    for (all, of_successor) in live.iter_mut().zip(self.live[successor]) {
                        *all |= of_successor;
                    }
                }
                let ending = function.code[last];
                match ending.op() {
                    Op::TForCall => remove(&mut live, ending.a() + 4..ending.a() + 4 + ending.c()),
                    Op::ForLoop | Op::ForPrep => remove(&mut live, ending.a() + 3..ending.a() + 4),
                    _ => {}
                }
                for &pc in places.iter().rev() {
                    let (reads, writes) = function.effects(pc);
                    for word in 0..4 {
                        live[word] = live[word] & !writes[word] | reads[word];
                    }
                    if self.live[pc] != live {
                        self.live[pc] = live;
                        is_settled = false;
                    }
                }
            }
        }
        self.named = vec![[0; 4]; count + 1];
        for variable in &function.variables {
            for pc in variable.start..variable.end.min(count) {
                insert(
                    &mut self.named[pc],
                    variable.register..variable.register + 1,
                );
            }
        }
    }

    /// Whether a variable of the source is in the register: the collector may look for what it holds.
    pub fn is_named(&self, pc: usize, register: usize) -> bool {
        self.named[pc][register >> 6] >> (register & 63) & 1 == 1
    }

    /// Whether what is in the register is read later.
    pub fn is_live(&self, pc: usize, register: usize) -> bool {
        self.live[pc][register >> 6] >> (register & 63) & 1 == 1
    }

    /// The tag that a register has at a loop's header, by the first instruction in the loop that cares.
    pub fn seen_in_loop(&self, header: usize, register: usize) -> u8 {
        self.seen[header]
            .get(register)
            .copied()
            .unwrap_or(tag::UNKNOWN)
    }

    fn find_seen(&mut self, function: &Function) {
        self.seen = vec![Vec::new(); self.blocks.len()];
        let mut blocks: Vec<_> = self
            .order
            .iter()
            .copied()
            .filter(|block| *block != self.entry)
            .collect();
        blocks.sort_by_key(|block| self.blocks[*block].start);
        for header in 0..self.entry {
            if !self.is_header[header] {
                continue;
            }
            let mut seen = vec![tag::UNKNOWN; function.stack];
            for &block in blocks.iter().filter(|block| self.body[header][**block]) {
                let mut pc = self.blocks[block].start;
                loop {
                    let instruction = function.code[pc];
                    let a = instruction.a();
                    for register in [a, a + 1, a + 2, instruction.b(), instruction.c()] {
                        if seen.get(register) == Some(&tag::UNKNOWN) {
                            seen[register] = match instruction.op() {
                                Op::ForLoop if (a..a + 3).contains(&register) => {
                                    Self::seen_by_for(function, pc, register)
                                }
                                Op::Move => tag::UNKNOWN,
                                _ => function.seen_tag(pc, register),
                            };
                        }
                    }
                    if pc == self.blocks[block].last {
                        break;
                    }
                    pc += function.length(pc);
                }
            }
            self.seen[header] = seen;
        }
    }

    /// The tag of one of a numerical loop's three registers, by what its `for` began with.
    fn seen_by_for(function: &Function, pc: usize, register: usize) -> u8 {
        let a = function.code[pc].a();
        let Some(prepares) = pc.checked_sub(function.code[pc].bx() + 1) else {
            return tag::UNKNOWN;
        };
        if function.code[prepares].op() != Op::ForPrep {
            return tag::UNKNOWN;
        }
        let of = |register| function.seen_tag(prepares, register);
        match (of(a), of(a + 2)) {
            (tag::INT, tag::INT) => tag::INT,
            // The count is an integer's, or the limit a float's: what is not known is not guessed.
            _ if register == a + 1 => tag::UNKNOWN,
            _ => of(register),
        }
    }
}
