local cases = require "cases"
local case, show, raises = cases.case, cases.show, cases.raises
local binaryheap = require "binaryheap"
local function drain(heap)
  local out = {}
  while heap:peek() do out[#out + 1] = { heap:pop() } end
  show(out)
end
case("plain", function()
  for _, make in ipairs { binaryheap.minHeap, binaryheap.maxHeap } do
    local heap = make()
    for i = 1, 200 do heap:insert(i * 7919 % 1009) end
    heap:update(5, 3.5)
    show(heap:remove(10), heap:size())
    drain(heap)
  end
end)
case("unique", function()
  local heap = binaryheap.minUnique()
  for i = 1, 50 do heap:insert(i * 31 % 53, "p" .. i) end
  heap:update("p7", -1)
  show(heap:peek(), heap:peekValue(), heap:valueByPayload("p9"), heap:remove("p9"))
  raises(heap.insert, heap, 1, "p7")
  drain(heap)
end)
case("errors", function()
  raises(function() binaryheap.minHeap():update(9, 1) end)
  show(binaryheap.minHeap():pop())
end)
