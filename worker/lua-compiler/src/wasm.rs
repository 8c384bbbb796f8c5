//! Bytes of WebAssembly: only what the compiler needs. A crate for it would be a third of the module that a page loads.

/// The type of a value.
pub type ValType = u8;
pub const I32: ValType = 0x7f;
pub const I64: ValType = 0x7e;
pub const F64: ValType = 0x7c;

/// Instructions without immediates.
#[rustfmt::skip]
pub mod op {
    pub const UNREACHABLE: u8 = 0x00; pub const RETURN: u8 = 0x0f; pub const SELECT: u8 = 0x1b;
    pub const I32_EQZ: u8 = 0x45; pub const I32_EQ: u8 = 0x46; pub const I32_NE: u8 = 0x47; pub const I32_LT_S: u8 = 0x48;
    pub const I32_LT_U: u8 = 0x49; pub const I32_GT_S: u8 = 0x4a; pub const I32_LE_S: u8 = 0x4c;
    pub const I64_EQZ: u8 = 0x50; pub const I64_EQ: u8 = 0x51; pub const I64_NE: u8 = 0x52; pub const I64_LT_S: u8 = 0x53;
    pub const I64_LT_U: u8 = 0x54; pub const I64_GT_S: u8 = 0x55; pub const I64_LE_S: u8 = 0x57; pub const I64_LE_U: u8 = 0x58;
    pub const I64_GE_S: u8 = 0x59;
    pub const F64_EQ: u8 = 0x61; pub const F64_LT: u8 = 0x63; pub const F64_GT: u8 = 0x64; pub const F64_LE: u8 = 0x65;
    pub const F64_GE: u8 = 0x66;
    pub const I32_ADD: u8 = 0x6a; pub const I32_SUB: u8 = 0x6b; pub const I32_MUL: u8 = 0x6c; pub const I32_AND: u8 = 0x71;
    pub const I32_OR: u8 = 0x72; pub const I32_SHL: u8 = 0x74;
    pub const I64_ADD: u8 = 0x7c; pub const I64_SUB: u8 = 0x7d; pub const I64_MUL: u8 = 0x7e; pub const I64_DIV_S: u8 = 0x7f;
    pub const I64_DIV_U: u8 = 0x80; pub const I64_REM_S: u8 = 0x81; pub const I64_AND: u8 = 0x83; pub const I64_OR: u8 = 0x84;
    pub const I64_XOR: u8 = 0x85; pub const I64_SHL: u8 = 0x86; pub const I64_SHR_S: u8 = 0x87; pub const I64_SHR_U: u8 = 0x88;
    pub const F64_ABS: u8 = 0x99; pub const F64_NEG: u8 = 0x9a; pub const F64_FLOOR: u8 = 0x9c; pub const F64_SQRT: u8 = 0x9f;
    pub const F64_ADD: u8 = 0xa0; pub const F64_SUB: u8 = 0xa1; pub const F64_MUL: u8 = 0xa2; pub const F64_DIV: u8 = 0xa3;
    pub const I32_WRAP_I64: u8 = 0xa7; pub const I64_EXTEND_I32_U: u8 = 0xad; pub const I64_TRUNC_F64_S: u8 = 0xb0;
    pub const F64_CONVERT_I64_S: u8 = 0xb9; pub const I64_REINTERPRET_F64: u8 = 0xbd; pub const F64_REINTERPRET_I64: u8 = 0xbf;
}

/// The body of a function that is being written.
#[derive(Default)]
pub struct Code {
    /// What is written.
    pub bytes: Vec<u8>,
    depth: u32,
}

/// A block that is open.
#[derive(Clone, Copy, Default)]
pub struct Label(u32);

fn unsigned(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 128 {
        bytes.push(number as u8 | 128);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn signed(bytes: &mut Vec<u8>, mut number: i64) {
    loop {
        let low = (number & 127) as u8;
        number >>= 7;
        if number == i64::from(low << 1 & 128) / -128 {
            return bytes.push(low);
        }
        bytes.push(low | 128);
    }
}

#[rustfmt::skip]
impl Code {
    pub fn op(&mut self, op: u8) { self.bytes.push(op) }
    pub fn ops(&mut self, ops: &[u8]) { self.bytes.extend(ops) }
    pub fn i32(&mut self, number: u32) { self.op(0x41); signed(&mut self.bytes, i64::from(number as i32)) }
    pub fn i64(&mut self, number: i64) { self.op(0x42); signed(&mut self.bytes, number) }
    pub fn f64(&mut self, number: f64) { self.op(0x44); self.bytes.extend(number.to_bits().to_le_bytes()) }
    fn immediate(&mut self, op: u8, number: u32) { self.op(op); unsigned(&mut self.bytes, number) }
    pub fn get(&mut self, local: u32) { self.immediate(0x20, local) }
    pub fn set(&mut self, local: u32) { self.immediate(0x21, local) }
    pub fn tee(&mut self, local: u32) { self.immediate(0x22, local) }
    pub fn call(&mut self, function: u32) { self.immediate(0x10, function) }
    /// Through the table, for the type with this index.
    pub fn call_indirect(&mut self, of_type: u32) { self.immediate(0x11, of_type); self.op(0) }
    fn memory(&mut self, op: u8, align: u8, offset: u32) { self.op(op); self.op(align); unsigned(&mut self.bytes, offset) }
    pub fn i32_load(&mut self, offset: u32) { self.memory(0x28, 2, offset) }
    pub fn i64_load(&mut self, offset: u32) { self.memory(0x29, 3, offset) }
    pub fn f64_load(&mut self, offset: u32) { self.memory(0x2b, 3, offset) }
    pub fn i32_load8_u(&mut self, offset: u32) { self.memory(0x2d, 0, offset) }
    pub fn i32_load16_s(&mut self, offset: u32) { self.memory(0x2e, 1, offset) }
    pub fn i64_load32_u(&mut self, offset: u32) { self.memory(0x35, 2, offset) }
    pub fn i32_store(&mut self, offset: u32) { self.memory(0x36, 2, offset) }
    pub fn i64_store(&mut self, offset: u32) { self.memory(0x37, 3, offset) }
    pub fn f64_store(&mut self, offset: u32) { self.memory(0x39, 3, offset) }
    pub fn i32_store8(&mut self, offset: u32) { self.memory(0x3a, 0, offset) }
    fn open(&mut self, op: u8, result: u8) -> Label { self.ops(&[op, result]); self.depth += 1; Label(self.depth) }
    pub fn block(&mut self) -> Label { self.open(0x02, 0x40) }
    pub fn r#loop(&mut self) -> Label { self.open(0x03, 0x40) }
    pub fn r#if(&mut self) -> Label { self.open(0x04, 0x40) }
    pub fn if_gives(&mut self, result: ValType) -> Label { self.open(0x04, result) }
    pub fn r#else(&mut self) { self.op(0x05) }
    pub fn end(&mut self) { self.op(0x0b); self.depth -= 1 }
    pub fn br(&mut self, label: Label) { self.immediate(0x0c, self.depth - label.0) }
    pub fn br_if(&mut self, label: Label) { self.immediate(0x0d, self.depth - label.0) }
}

/// Parameters and results of a function.
pub type Signature = (&'static [ValType], &'static [ValType]);

/// A module that imports functions of these signatures by their numbers, Lua's memory and table, all from `m`, and exports one function as `f`: it has the
/// first signature, these locals and this body.
pub fn module(
    signatures: &[Signature],
    imports: &[u32],
    locals: &[ValType],
    body: &[u8],
) -> Vec<u8> {
    let mut module = b"\0asm\x01\0\0\0".to_vec();
    let mut section = |id: u8, fill: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = Vec::new();
        fill(&mut bytes);
        module.push(id);
        unsigned(&mut module, bytes.len() as u32);
        module.extend(bytes);
    };
    let name = |bytes: &mut Vec<u8>, name: &str| {
        unsigned(bytes, name.len() as u32);
        bytes.extend(name.as_bytes());
    };
    section(1, &|bytes| {
        unsigned(bytes, signatures.len() as u32);
        for (parameters, results) in signatures {
            bytes.push(0x60);
            unsigned(bytes, parameters.len() as u32);
            bytes.extend(*parameters);
            unsigned(bytes, results.len() as u32);
            bytes.extend(*results);
        }
    });
    section(2, &|bytes| {
        unsigned(bytes, imports.len() as u32 + 2);
        for (number, signature) in imports.iter().enumerate() {
            name(bytes, "m");
            name(bytes, &number.to_string());
            bytes.push(0);
            unsigned(bytes, *signature);
        }
        name(bytes, "m");
        name(bytes, "memory");
        bytes.extend([2, 0, 1]);
        name(bytes, "m");
        name(bytes, "table");
        bytes.extend([1, 0x70, 0, 0]);
    });
    section(3, &|bytes| bytes.extend([1, 0]));
    section(7, &|bytes| {
        bytes.push(1);
        name(bytes, "f");
        bytes.push(0);
        unsigned(bytes, imports.len() as u32);
    });
    section(10, &|bytes| {
        let mut function = Vec::new();
        let mut runs: Vec<(u32, ValType)> = Vec::new();
        for &local in locals {
            match runs.last_mut() {
                Some((count, last)) if *last == local => *count += 1,
                _ => runs.push((1, local)),
            }
        }
        unsigned(&mut function, runs.len() as u32);
        for (count, of_type) in runs {
            unsigned(&mut function, count);
            function.push(of_type);
        }
        function.extend(body);
        bytes.push(1);
        unsigned(bytes, function.len() as u32);
        bytes.extend(function);
    });
    module
}
