-- Counts its runs: State lasts in the browser's profile.
local visits = State.get("script.main.visits", 0) + 1
State.set("script.main.visits", visits)
print("visits: " .. visits)
