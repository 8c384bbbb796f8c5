-- An operating system's scheduler with its tasks and queues, simulated: methods, linked lists, few floats.
local rounds = ... or 5

local IDLE, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B = 1, 2, 3, 4, 5, 6
local DEVICE, WORK = 1, 2

local Packet = {}
Packet.__index = Packet

function Packet.new(link, id, kind)
  return setmetatable({ link = link, id = id, kind = kind, datum = 0, data = { 0, 0, 0, 0 } }, Packet)
end

function Packet:append_to(queue)
  self.link = nil
  if not queue then
    return self
  end
  local last = queue
  while last.link do
    last = last.link
  end
  last.link = self
  return queue
end

local Task = {}
Task.__index = Task

function Task.new(scheduler, id, priority, queue, work)
  local task = {
    scheduler = scheduler, id = id, priority = priority, queue = queue, work = work,
    pending = queue ~= nil, waiting = queue == nil, held = false,
  }
  return setmetatable(task, Task)
end

function Task:blocked()
  return self.held or (self.waiting and not self.pending)
end

function Task:run()
  local packet
  if self.waiting and self.pending then
    packet = self.queue
    self.queue = packet.link
    self.waiting = false
    self.pending = self.queue ~= nil
  end
  return self.work(self, packet)
end

-- Takes a packet; gives the task that is to go on.
function Task:receive(packet, running)
  if not self.queue then
    self.queue, self.pending = packet, true
    if self.priority > running.priority then
      return self
    end
  else
    self.queue = packet:append_to(self.queue)
  end
  return running
end

local Scheduler = {}
Scheduler.__index = Scheduler

function Scheduler.new()
  return setmetatable({ queued = 0, holds = 0, tasks = {} }, Scheduler)
end

function Scheduler:add(id, priority, queue, work)
  local task = Task.new(self, id, priority, queue, work)
  task.link = self.list
  self.list, self.tasks[id] = task, task
  return task
end

function Scheduler:schedule()
  self.current = self.list
  while self.current do
    local task = self.current
    if task:blocked() then
      self.current = task.link
    else
      self.current = task:run()
    end
  end
end

function Scheduler:hold()
  self.holds = self.holds + 1
  self.current.held = true
  return self.current.link
end

function Scheduler:release(id)
  local task = self.tasks[id]
  task.held = false
  return task.priority > self.current.priority and task or self.current
end

function Scheduler:wait()
  self.current.waiting = true
  return self.current
end

function Scheduler:send(packet)
  local task = self.tasks[packet.id]
  self.queued = self.queued + 1
  packet.link, packet.id = nil, self.current.id
  return task:receive(packet, self.current)
end

local function idler(count)
  local seed = 1
  return function(task)
    count = count - 1
    if count == 0 then
      return task.scheduler:hold()
    end
    if seed % 2 == 0 then
      seed = seed // 2
      return task.scheduler:release(DEVICE_A)
    end
    seed = (seed // 2) ~ 0xD008
    return task.scheduler:release(DEVICE_B)
  end
end

local function worker()
  local handler, letter = HANDLER_A, 0
  return function(task, packet)
    if not packet then
      return task.scheduler:wait()
    end
    handler = handler == HANDLER_A and HANDLER_B or HANDLER_A
    packet.id, packet.datum = handler, 1
    for i = 1, 4 do
      letter = letter % 26 + 1
      packet.data[i] = letter
    end
    return task.scheduler:send(packet)
  end
end

local function handler()
  local work, devices
  return function(task, packet)
    if packet then
      if packet.kind == WORK then
        work = packet:append_to(work)
      else
        devices = packet:append_to(devices)
      end
    end
    if work then
      local first = work
      if first.datum > 4 then
        work = first.link
        return task.scheduler:send(first)
      end
      if devices then
        local device = devices
        devices = device.link
        device.datum = first.data[first.datum]
        first.datum = first.datum + 1
        return task.scheduler:send(device)
      end
    end
    return task.scheduler:wait()
  end
end

local function device()
  local kept
  return function(task, packet)
    if packet then
      kept = packet
      return task.scheduler:hold()
    end
    if not kept then
      return task.scheduler:wait()
    end
    local sent = kept
    kept = nil
    return task.scheduler:send(sent)
  end
end

local function packets(count, id, kind)
  local queue
  for _ = 1, count do
    queue = Packet.new(queue, id, kind)
  end
  return queue
end

local function simulate()
  local scheduler = Scheduler.new()
  local idle = scheduler:add(IDLE, 0, nil, idler(2000))
  idle.waiting = false
  scheduler:add(WORKER, 1000, packets(2, WORKER, WORK), worker())
  scheduler:add(HANDLER_A, 2000, packets(3, DEVICE_A, DEVICE), handler())
  scheduler:add(HANDLER_B, 3000, packets(3, DEVICE_B, DEVICE), handler())
  scheduler:add(DEVICE_A, 4000, nil, device())
  scheduler:add(DEVICE_B, 5000, nil, device())
  for _, task in pairs(scheduler.tasks) do
    if task.queue then
      task.waiting = true
    end
  end
  scheduler:schedule()
  return scheduler.queued, scheduler.holds
end

return function()
  local queued, holds = 0, 0
  for _ = 1, rounds do
    local more_queued, more_holds = simulate()
    queued, holds = queued + more_queued, holds + more_holds
  end
  return queued .. " " .. holds
end
