-- A report as text, built in the ways people build text: .., string.format, rep, tostring, table.concat.
local rows = ... or 3000

local function pad(text, width)
  text = tostring(text)
  return text .. (" "):rep(width - #text)
end

local function csv(i)
  local line = "" .. i
  for column = 1, 6 do
    line = line .. "," .. column * i
  end
  return line
end

local function html(i)
  local parts = { "<tr>" }
  for column = 1, 4 do
    parts[#parts + 1] = '<td class="c' .. column .. '">'
    parts[#parts + 1] = tostring(i * column)
    parts[#parts + 1] = "</td>"
  end
  parts[#parts + 1] = "</tr>"
  return table.concat(parts)
end

local function aligned(i)
  return pad(i, 8) .. pad("row " .. i, 16) .. string.format("%8.2f|%-6s|%03d", i / 3, i % 2 == 0 and "even" or "odd", i % 1000)
end

return function()
  local lines, log = {}, ""
  for i = 1, rows do
    lines[#lines + 1] = csv(i)
    lines[#lines + 1] = html(i)
    lines[#lines + 1] = aligned(i):upper()
    if i % 20 == 0 then
      log = log .. "after " .. i .. " rows: " .. #lines .. " lines\n"
    end
  end
  local text, sum = table.concat(lines, "\n"), 0
  for i = 1, #text, 17 do
    sum = (sum * 31 + text:byte(i)) % 65521
  end
  return #text .. " " .. #log .. " " .. sum
end
