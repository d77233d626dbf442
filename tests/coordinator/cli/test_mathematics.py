import json
import subprocess
import sys

import pytest

from coordinator.cli.ending import Exit


def test_a_list_of_work_has_a_t_level(run):
    result = run("tlevel", "261@50e3;513@25e4,p=3")
    assert (result.exit_code, result.stdout) == (Exit.DONE, "t30.037\n")


def test_a_t_level_is_told_in_json(run):
    assert json.loads(run("tlevel", "261@50e3;513@25e4,p=3", "--json").stdout) == {"t_level": 30.037}


def test_work_that_is_none_is_refused_with_a_sentence(run):
    result = run("tlevel", "a lot")
    assert result.exit_code == Exit.USAGE
    assert result.stderr.startswith("'a lot' is not a piece of work: curves@B1[,B2][,p=param]")


def test_the_expected_curves_are_those_of_ecm(run):
    lines = run("curves", "11e6").stdout.splitlines()
    assert len(lines) == 10
    assert lines[0].split() == ["35", "digits", "138", "curves"]


def test_expected_curves_are_numbers_in_json_and_inf_is_text(run):
    curves = json.loads(run("curves", "100", "--b2", "0", "--json").stdout)["curves"]
    assert list(curves) == [str(digits) for digits in range(35, 81, 5)]
    assert all(isinstance(count, int | float) or count == "Inf" for count in curves.values())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("12",), "B1 = 12 is out of bounds"),
        (("many",), "B1 = 'many' is not a whole number"),
        (("50e3", "--param", "4"), "param = 4 is unknown"),
        (("50e3", "--b2", "1.5"), "b2 = '1.5' is not a whole number"),
    ],
)
def test_bounds_that_are_none_are_refused_with_a_sentence(run, arguments, sentence):
    result = run("curves", *arguments)
    assert result.exit_code == Exit.USAGE
    assert sentence in result.stderr


def test_mathematics_does_not_wait_for_the_web():
    program = "import sys; sys.argv[1:] = ['tlevel', '1@1e3']\nfrom coordinator.cli.main import main\ntry: main()\n"
    program += "except SystemExit: print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert "core.factoring.mathematics.levels.effort" in loaded
    assert {"litestar", "httpx", "sqlite3", "asyncio", "rich.progress"}.isdisjoint(loaded)
