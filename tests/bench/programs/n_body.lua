-- The Sun and four planets attract each other: floats in the fields of a few tables.
local steps = ... or 20000

local SOLAR_MASS = 4 * math.pi * math.pi
local DAYS = 365.24

local function body(x, y, z, vx, vy, vz, mass)
  return {
    x = x, y = y, z = z,
    vx = vx * DAYS, vy = vy * DAYS, vz = vz * DAYS,
    mass = mass * SOLAR_MASS,
  }
end

local function solar_system()
  return {
    body(0, 0, 0, 0, 0, 0, 1),
    body(4.84143144246472, -1.16032004402743, -0.103622044471123,
      0.00166007664274404, 0.00769901118419741, -0.0000690460016972063, 0.000954791938424327),
    body(8.34336671824458, 4.1247985641243, -0.403523417114321,
      -0.00276742510726411, 0.00499852801234917, 0.0000230417297573764, 0.000285885980666131),
    body(12.8943695621391, -15.1111514016986, -0.223307578892656,
      0.00296460137564762, 0.0023784717395948, -0.0000296589568540238, 0.0000436624404335156),
    body(15.3796971148509, -25.9193146099879, 0.179258772950371,
      0.00268067772490389, 0.00162824170038242, -0.000095159225451972, 0.0000515138902046611),
  }
end

local function advance(bodies, dt)
  local n = #bodies
  for i = 1, n do
    local a = bodies[i]
    local ax, ay, az, amass = a.x, a.y, a.z, a.mass
    local vx, vy, vz = a.vx, a.vy, a.vz
    for j = i + 1, n do
      local b = bodies[j]
      local dx, dy, dz = ax - b.x, ay - b.y, az - b.z
      local squared = dx * dx + dy * dy + dz * dz
      local magnitude = dt / (squared * math.sqrt(squared))
      local pull = b.mass * magnitude
      vx, vy, vz = vx - dx * pull, vy - dy * pull, vz - dz * pull
      pull = amass * magnitude
      b.vx, b.vy, b.vz = b.vx + dx * pull, b.vy + dy * pull, b.vz + dz * pull
    end
    a.vx, a.vy, a.vz = vx, vy, vz
    a.x, a.y, a.z = ax + dt * vx, ay + dt * vy, az + dt * vz
  end
end

local function energy(bodies)
  local sum = 0
  for i, a in ipairs(bodies) do
    sum = sum + 0.5 * a.mass * (a.vx ^ 2 + a.vy ^ 2 + a.vz ^ 2)
    for j = i + 1, #bodies do
      local b = bodies[j]
      sum = sum - a.mass * b.mass / math.sqrt((a.x - b.x) ^ 2 + (a.y - b.y) ^ 2 + (a.z - b.z) ^ 2)
    end
  end
  return sum
end

local function offset_momentum(bodies)
  local px, py, pz = 0, 0, 0
  for _, b in ipairs(bodies) do
    px, py, pz = px + b.vx * b.mass, py + b.vy * b.mass, pz + b.vz * b.mass
  end
  local sun = bodies[1]
  sun.vx, sun.vy, sun.vz = -px / SOLAR_MASS, -py / SOLAR_MASS, -pz / SOLAR_MASS
end

return function()
  local bodies = solar_system()
  offset_momentum(bodies)
  local before = energy(bodies)
  for _ = 1, steps do
    advance(bodies, 0.01)
  end
  return string.format("%.9f %.9f", before, energy(bodies))
end
