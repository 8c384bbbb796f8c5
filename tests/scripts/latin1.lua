-- Saved as Latin-1: source is bytes, and \233 is a letter like another.
local word = "café"
print(#word, word:byte(4))
io.write(word, "\n")
