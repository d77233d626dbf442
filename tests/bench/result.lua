-- One result of one curve under one assignment, its sigma new each time. Arguments: the work id, the address's path.
local work, path, sigma
function init(args)
  work, path = args[1], args[2]
  math.randomseed(os.time())
  sigma = math.random(1, 2000000) * 1000
end
function request()
  sigma = sigma + 1
  local body = string.format(
    '{"work_assignment_id":"%s","curves_completed":1,"b1":11000,"client_id":"bench","parametrization":1,' ..
    '"sigmas":["%d"],"factors_found":[],"execution_time":0.1}', work, sigma)
  return wrk.format("POST", path, {["Content-Type"] = "application/json"}, body)
end
