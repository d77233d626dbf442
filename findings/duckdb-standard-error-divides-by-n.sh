#!/usr/bin/env bash
# DuckDB's standard error of the mean is too small: for the two values 0 and 2 sem says 0.707, where it is 1, and for one value 0.
#
# sem is said to be the standard error of the mean, and stddev beside it is that of a sample, with n - 1. sem takes the standard
# deviation of a population, with n, which is the smaller the fewer values there are: by 29 % for two, 11 % for five. pandas,
# SciPy and Spark's functions of that name have n - 1. A single value has no standard error to them, as it has no stddev to
# DuckDB; its sem is 0, as if that value were certain.
#
# Seen with the wheels duckdb 2.0.1 and pandas 2.3.3. Fails when they behave otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/python"
"$scratch/python/bin/pip" install --quiet --disable-pip-version-check duckdb==2.0.1 pandas==2.3.3

"$scratch/python/bin/python" - <<'END'
import duckdb
import pandas

connection = duckdb.connect()
said = "SELECT description FROM duckdb_functions() WHERE function_name = 'sem'"
(description,) = connection.execute(said).fetchone()
print("sem:", description)
assert description == "Returns the standard error of the mean", "It is said to be something else now."


def of(values):
    rows = ", ".join(f"({value})" for value in values)
    question = f"SELECT sem(x), stddev(x) / sqrt(count(*)), stddev_pop(x) / sqrt(count(*)) FROM (VALUES {rows}) AS t(x)"
    sem, of_a_sample, of_a_population = connection.execute(question).fetchone()
    print(values, "sem", sem, "and by stddev", of_a_sample)
    assert sem == of_a_population, "It is another now."
    return sem, of_a_sample


for values in ([0, 2], [1, 2, 3, 4, 10], [5.5, 5.25, 6.0]):
    sem, right = of(values)
    assert abs(right - pandas.Series(values).sem()) < 1e-12
    assert sem < 0.9 * right
sem, right = of([0, 2])
assert right == 1 and abs(sem - 0.5**0.5) < 1e-12
assert of([5]) == (0, None)
assert pandas.isna(pandas.Series([5]).sem())
END
echo "As described: the standard error of 0 and 2 is 0.707."
