-- Small tasks, quick to compute, each of other numbers than the one before. Arguments: path.
local path, sent
function init(args)
  path, sent = args[1], 0
end
function request()
  sent = sent + 1
  local body = string.format('{"operation":"multiply","args":[%d,"%d"]}', sent, sent * 7919)
  return wrk.format("POST", path, {["Content-Type"] = "application/json"}, body)
end
