-- Counts in a namespace that `--namespaces notes.json` declares.
local notes = State.get("my.notes.count", 0) + 1
State.set("my.notes.count", notes)
print("notes: " .. notes)
