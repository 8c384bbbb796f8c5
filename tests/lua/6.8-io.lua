-- §6.8: the standard streams. The input is empty here; what is written is in the .out beside this file.

-- io.write: integers and strings as they are, floats by C's "%.14g".
io.write(1.0, " ", 2^53, " ", 1e15, " ", 100 / 4, " ", 1e100, " ", -0.0, " ", 3, " ", 0.1, " ", 1/0, " ", "s", "\n")
io.write() io.write("") io.write("10", 10, "\n")
assert(io.write("") == io.stdout and io.stdout:write("") == io.stdout and io.output() == io.stdout and io.input() == io.stdin)
io.stdout:write("a", 1, "\n"):write("chained\n")
for _, bad in ipairs { {}, false, print } do
  local ok, message = pcall(io.write, "x", bad)
  assert(not ok and message:find("#2") and message:find("string expected, got " .. type(bad), 1, true), message)
  io.write("\n")
end
do
  local ok, message = pcall(function() io.stdout:write({}) end)
  assert(not ok and message:find("#1 to 'write'", 1, true), message)
end

-- io.type, tostring.
assert(io.type(io.stdout) == "file" and io.type(io.stderr) == "file" and io.type(io.stdin) == "file")
assert(io.type(42) == nil and io.type({}) == nil and not pcall(io.type))
assert(tostring(io.stdout):match("^file %(") and type(io.stdout) == "userdata")

-- Flushing and buffering.
assert(io.flush() == true and io.stdout:flush() == true and io.stderr:flush() == true)
for _, mode in ipairs { "no", "full", "line" } do assert(io.stdout:setvbuf(mode) == true) end
assert(not pcall(io.stdout.setvbuf, io.stdout, "often") and not pcall(io.stdout.flush, 1))

-- Reading: at the end of the input.
assert(io.read() == nil and io.read("l") == nil and io.read("L") == nil and io.read("n") == nil)
assert(io.read("a") == "" and io.read("*a") == "" and io.read(0) == nil and io.read(5) == nil)
assert(select("#", io.read("a", "l", "n")) == 2 and io.stdin:read("l") == nil)
for line in io.lines() do error(line) end
for line in io.stdin:lines("L") do error(line) end
for _, bad in ipairs { "x", "", "*" } do
  local ok, message = pcall(io.read, bad)
  assert(not ok and message:find("invalid format", 1, true), message)
end

-- The default streams can be others.
assert(io.output(io.stderr) == io.stderr and io.output() == io.stderr and io.output(io.stdout) == io.stdout)
assert(io.input(io.stdin) == io.stdin and not pcall(io.input, {}))
