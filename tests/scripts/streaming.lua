-- Prints, works for a while, prints again.
print("first")
local start = os.clock()
while os.clock() - start < 1.5 do end
print("second")
