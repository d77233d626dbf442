#!/usr/bin/env bash
# Flower's FedAvg makes zeros of whole numbers: the average of [100, 40] and [200, 60] is [0, 0].
#
# Parameters may be arrays of integers, as counts and the steps that a batch normalisation has seen are. FedAvg averages in place
# unless told otherwise, and turns each client's share, 1/4 and 3/4 here, into the array's type first: 0 and 0. With one client
# its share is 1 and all looks well. inplace=False gives 175 and 55, but multiplies by how many examples a client has, in the
# array's type, so that float16 becomes infinite where they are many, and the average nan. The newer flwr.serverapp has
# neither fault.
#
# Seen with the wheels flwr 1.42.0 and numpy 2.4.6. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --target "$scratch" flwr==1.42.0 numpy==2.4.6

PYTHONPATH="$scratch" FLWR_TELEMETRY_ENABLED=0 python3 -W ignore - <<'END'
import logging
import math

import numpy
from flwr.app import Array, ArrayRecord, MetricRecord, RecordDict
from flwr.common import Code, FitRes, Status, ndarrays_to_parameters, parameters_to_ndarrays
from flwr.server.strategy import FedAvg
from flwr.serverapp.strategy.strategy_utils import aggregate_arrayrecords

logging.disable()
FIRST, SECOND = [100, 40], [200, 60]

def averaged(strategy, kind, *clients):
    """Return the average of what clients hand in, each a list of numbers and how many examples it has."""
    results = [
        (None, FitRes(Status(Code.OK, ""), ndarrays_to_parameters([numpy.array(numbers, kind)]), examples, {}))
        for numbers, examples in clients
    ]
    parameters, _ = strategy.aggregate_fit(1, results, [])
    [average] = parameters_to_ndarrays(parameters)
    return average.tolist()

for kind in ("int64", "uint8", "float32"):
    print(kind, averaged(FedAvg(), kind, (FIRST, 1), (SECOND, 3)))
assert averaged(FedAvg(), "float32", (FIRST, 1), (SECOND, 3)) == [175, 55]
assert averaged(FedAvg(), "int64", (FIRST, 1)) == FIRST
assert averaged(FedAvg(), "int64", (FIRST, 1), (SECOND, 3)) == [0, 0], "They are averaged otherwise now."
assert averaged(FedAvg(inplace=False), "int64", (FIRST, 1), (SECOND, 3)) == [175, 55]

many = averaged(FedAvg(inplace=False), "float16", (FIRST, 70000), (SECOND, 30000))
print("float16, many examples:", many)
assert all(map(math.isnan, many)), "It is another average now."

records = [
    RecordDict({"arrays": ArrayRecord({"a": Array(numpy.array(numbers))}), "metrics": MetricRecord({"examples": examples})})
    for numbers, examples in ((FIRST, 1), (SECOND, 3))
]
newer = aggregate_arrayrecords(records, "examples")["a"].numpy().tolist()
print("serverapp:", newer)
assert newer == [175, 55]
END
echo "As described: whole numbers average to zero."
