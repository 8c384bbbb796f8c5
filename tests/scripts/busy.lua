-- Prints, and works until it is stopped.
print("first")
while true do end
