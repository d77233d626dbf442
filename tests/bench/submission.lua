-- Results as the client of the ECM Coordination Middleware sends them, for numbers of a file, each sigma new.
-- Arguments: the address's path, the file, how many curves one result shows.
local path, curves, numbers, sigma, serial = nil, 0, {}, 0, 0
function init(args)
  path, curves = args[1], tonumber(args[3])
  for line in io.lines(args[2]) do numbers[#numbers + 1] = line end
  math.randomseed(os.time())
  sigma = math.random(1, 2000000) * 1000
end
local step = 'Using B1=11000, B2=1873422, polynomial x^1, sigma=1:%d\\nStep 1 took 21ms\\nStep 2 took 18ms\\n'
function request()
  serial = serial + 1
  local number = numbers[math.random(#numbers)]
  local shown = {
    'GMP-ECM 7.0.5 [configured with GMP 6.2.1, --enable-asm-redc] [ECM]\\n',
    string.format('Input number is %s (%d digits)\\n', number, #number),
  }
  for run = 1, curves do
    sigma = sigma + 1
    if run > 1 then shown[#shown + 1] = string.format('Run %d out of %d:\\n', run, curves) end
    shown[#shown + 1] = string.format(step, sigma)
  end
  local body = string.format(
    '{"composite":"%s","project":null,"client_id":"alice-box1","method":"ecm","program":"gmp-ecm-ecm",' ..
    '"program_version":"unknown","parameters":{"b1":11000,"b2":null,"curves":%d,"parametrization":1,"sigma":null},' ..
    '"results":{"factor_found":null,"factors_found":null,"curves_completed":%d,"execution_time":%.6f},' ..
    '"raw_output":"%s"}',
    number, math.max(curves, 1), math.max(curves, 1), 0.7 + serial / 1e6,
    curves > 0 and table.concat(shown) or "")
  return wrk.format("POST", path, {["Content-Type"] = "application/json"}, body)
end
