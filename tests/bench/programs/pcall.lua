-- Work that fails now and then, and goes on: pcall, error with texts and tables, xpcall with a handler, nested.
local count = ... or 4000

local function parse(text)
  local number = tonumber(text)
  if not number then
    error("not a number: " .. text, 0)
  end
  return number
end

local function withdraw(account, amount)
  if amount < 0 then
    error { code = "NEGATIVE", amount = amount }
  elseif account.balance < amount then
    error({ code = "POOR", missing = amount - account.balance })
  end
  account.balance = account.balance - amount
  return account.balance
end

local function retry(times, f, ...)
  local failure
  for attempt = 1, times do
    local ok, result = pcall(f, attempt, ...)
    if ok then
      return result, attempt
    end
    failure = result
  end
  error(failure, 0)
end

local function flaky(attempt, until_attempt)
  if attempt < until_attempt then
    error("try again", 0)
  end
  return attempt * 10
end

return function()
  local seen = { numbers = 0, texts = 0, NEGATIVE = 0, POOR = 0, retried = 0, traced = 0, given_up = 0, indexed = 0 }
  local account = { balance = 5000 }
  for i = 1, count do
    local ok, result = pcall(parse, i % 9 == 0 and "x" .. i or tostring(i))
    if ok then
      seen.numbers = seen.numbers + result % 7
    else
      seen.texts = seen.texts + #result
    end
    local paid, problem = pcall(withdraw, account, i % 11 == 0 and -i or i % 13)
    if not paid then
      seen[problem.code] = seen[problem.code] + 1
      account.balance = account.balance + 40
    end
    if i % 5 == 0 then
      local done, value, attempts = pcall(retry, 3, flaky, i % 4 + 1)
      if done then
        seen.retried = seen.retried + value + attempts
      else
        seen.given_up = seen.given_up + #value
      end
    end
    if i % 8 == 0 then
      local _, text = xpcall(function()
        return withdraw(nil, 1)
      end, function(message)
        return (message:gsub("^.-:%d+: ", ""))
      end)
      seen.traced = seen.traced + (text:find("index a nil value", 1, true) and 1 or 0)
    end
    if i % 10 == 0 then
      local fine = pcall(function()
        local inner = select(2, pcall(error, { depth = i }))
        error(inner.depth)
      end)
      seen.indexed = seen.indexed + (fine and 1 or 2)
    end
  end
  local report = {}
  for _, key in ipairs { "numbers", "texts", "NEGATIVE", "POOR", "retried", "traced", "given_up", "indexed" } do
    report[#report + 1] = key .. "=" .. seen[key]
  end
  return table.concat(report, " ") .. " " .. account.balance
end
