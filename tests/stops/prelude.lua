local text = ("word ä 9 ()"):rep(250)
local list, words = {}, {}
for i = 1, 300 do list[i] = i words[i] = "word" .. i end
