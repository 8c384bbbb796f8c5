// Compiles hot functions of Lua: by a module of its own, which is loaded when something is hot.

/** Lua's memory and function table, what the compiler has to know of it, and what compiled code calls. */
let lua
/** The compiler's exports, once it is there. */
let compiler
/** Has it begin anew: a trap may have left anything. */
let begin_again
/** How large the last module was. */
let size = 0
/** Places in the table that are free again. */
const free = []

/** Loads the compiler. */
export function load(loader, memory, table, layout, helpers) {
  const imports = { memory, table }
  for (const [number, at] of helpers.entries()) imports[number] = table.get(at)
  lua = { table, imports: { m: imports } }
  // What it is given lies in Lua's memory, which may grow, and so go, before the compiler comes.
  instantiate(loader, layout.slice()).catch(() => {
    // Without it the interpreter does all.
  })
}

async function instantiate(loader, layout) {
  const module = await loader()
  const begin = ({ exports }) => {
    give(exports, layout)
    if (exports.layout()) compiler = exports
  }
  begin(await WebAssembly.instantiate(module))
  begin_again = () => begin(new WebAssembly.Instance(module))
}

/** Copies words to the compiler: as bytes, for its buffer may begin anywhere. */
function give(exports, { buffer, byteOffset, byteLength }) {
  const at = exports.input(byteLength)
  new Uint8Array(exports.memory.buffer, at, byteLength).set(new Uint8Array(buffer, byteOffset, byteLength))
}

export function is_there(_) {
  return compiler !== undefined
}

/** Compiles a function; gives its place in the table, 0 where the compiler does not take it, -1 where the engine does not. */
export function compile(description, replaces) {
  try {
    size = module_of(description)
    if (size <= 0) return 0
    const bytes = new Uint8Array(compiler.memory.buffer, compiler.output(), size)
    const { f } = new WebAssembly.Instance(new WebAssembly.Module(bytes), lua.imports).exports
    const place = replaces || free.pop() || lua.table.grow(1)
    lua.table.set(place, f)
    return place
  } catch {
    return -1
  }
}

/** Has the compiler write a function's module; gives its size, or no more than 0. */
function module_of(description) {
  try {
    give(compiler, description)
    return compiler.compile_function()
  } catch {
    // There was not enough native stack perhaps, which Lua's calls take too.
    begin_again()
    return 0
  }
}

export function bytes_of_last(_) {
  return size
}

export function release(place) {
  lua.table.set(place, null)
  free.push(place)
}
