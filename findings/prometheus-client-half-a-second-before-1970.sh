#!/usr/bin/env bash
# prometheus-client reads the OpenMetrics timestamp -0.5 as 0.5, and -1.5 as -1.5: the sign of -0 seconds is lost.
#
# A timestamp is cut at the point into whole seconds and nanoseconds, and a -0 that has become an integer has no sign. So the half
# second before 1970 is the one after it, of samples and of exemplars. Where a document's timestamps rise from -0.5 to 0.25, as
# they should, it is refused, since they "went backwards"; from -0.25 to -0.5, which do go backwards, are taken. The older text
# format of the same library, which counts in milliseconds, keeps the sign.
#
# Seen with the wheel prometheus-client 0.26.0. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" prometheus-client==0.26.0

PYTHONPATH="$scratch" python3 - <<'END_OF_PYTHON'
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as plain


def samples(*timestamps):
    lines = [f"load 1 {timestamp}" for timestamp in timestamps]
    document = "\n".join(["# TYPE load gauge", *lines, "# EOF", ""])
    return [float(sample.timestamp) for family in openmetrics(document) for sample in family.samples]


def expect(timestamp, expected):
    (seen,) = samples(timestamp)
    print(timestamp, "is", seen)
    assert seen == expected, f"Expected {expected}."


expect("-0.5", 0.5)
expect("-0.000000001", 1e-9)
exemplar = '# TYPE curves counter\ncurves_total 1 # {worker="a"} 1 -0.5\n# EOF\n'
(family,) = openmetrics(exemplar)
print("-0.5 of an exemplar is", family.samples[0].exemplar.timestamp)
assert float(family.samples[0].exemplar.timestamp) == 0.5
assert samples("-0.25", "-0.5") == [0.25, 0.5]
try:
    samples("-0.5", "0.25")
except ValueError as refused:
    print("From -0.5 to 0.25:", refused)
    assert "backwards" in str(refused)
else:
    raise AssertionError("From -0.5 to 0.25 is taken now.")
# The controls: other numbers below 0, and the same time in the other format.
expect("-1.5", -1.5)
expect("-1", -1.0)
expect("0.5", 0.5)
assert samples("-1.5", "0.25") == [-1.5, 0.25]
(family,) = plain("# TYPE load gauge\nload 1 -500\n")
assert family.samples[0].timestamp == -0.5
END_OF_PYTHON
echo "As described: -0.5 is 0.5."
