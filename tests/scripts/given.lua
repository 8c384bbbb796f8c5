-- Shows what it is given, and returns a table of functions as a module does.
print(select("#", ...), ...)
print(require("file://greet.lua")(io.read()))
print(#io.read())
print(io.read())
return { print = print }
