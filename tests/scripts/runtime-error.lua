print("before")

local function fail()
  error("it broke")
end

fail()
