-- 10,000 small records, durable when the run ends.
for i = 1, 10000 do
  State.set("script.bench.item" .. i, { level = i, name = "player " .. i })
end
return #State.list("script.bench.")
