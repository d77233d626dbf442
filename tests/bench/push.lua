-- Summaries of 1,000 agents with 50 facts each; every push has 5 new facts in the place of 5 old ones. Arguments: path.
local AGENTS, FACTS, NEW = 1000, 50, 5
local path, agents, pushed
local function fact()
  local words = {}
  for i = 1, 8 do words[i] = string.format("%08x", math.random(0, 2147483647)) end
  return '"' .. table.concat(words) .. '"'
end
function init(args)
  path, agents, pushed = args[1], {}, 0
  math.randomseed(os.time())
  for i = 1, AGENTS do
    agents[i] = { next = 0 }
    for j = 1, FACTS do agents[i][j] = fact() end
  end
end
function request()
  local number = pushed % AGENTS + 1
  local agent = agents[number]
  pushed = pushed + 1
  for i = 1, NEW do agent[(agent.next + i - 1) % FACTS + 1] = fact() end
  agent.next = agent.next + NEW
  local second = math.floor(pushed / 1000)
  local body = string.format(
    '{"summary":{"agent_id":"agent-%04d","timestamp":"2026-01-01T%02d:%02d:%02d.%03d+00:00",' ..
    '"topic_counts":{"episodic":%d,"semantic":%d},"fact_hashes":[%s]}}',
    number, math.floor(second / 3600), math.floor(second / 60) % 60, second % 60, pushed % 1000,
    pushed % 50, 50 - pushed % 50, table.concat(agent, ","))
  return wrk.format("POST", path, {["Content-Type"] = "application/json"}, body)
end
