import json
from pathlib import Path

import pytest

from coordinator.cli.ending import Exit
from tests.real.gmp_ecms import both_builds
from tests.real.gmp_ecms import run as run_ecm

SUBMIT = ("POST", "/api/v1/submit_result")
N = 1_000_000_007 * (10**30 + 57) * (10**31 + 33)
ANSWER = {"message": "4 curves credited.", "remarks": ["1 curve was left out."], "errors": None}


@pytest.fixture
def taking(stub):
    """Have the coordinator take what comes."""
    stub.answers[SUBMIT] = (200, lambda _: ANSWER)
    return stub


@pytest.fixture
def file(tmp_path):
    """A function that writes a file."""

    def write(content):
        path = tmp_path / "file"
        path.write_text(content)
        return str(path)

    return write


@both_builds
def test_an_output_is_looked_through_line_by_line_before_it_is_handed_in(run, taking, file, ecm):
    text = run_ecm(ecm, "-param", 1, "-sigma", "1:12", 100, 0, numbers=["10^40+7", str(N)])
    text += run_ecm(ecm, "-param", 1, "-sigma", "1:13", 100, 0, numbers=str(N))
    text += run_ecm(ecm, "-pm1", 100, 0, numbers=str(N))
    path = file(text)
    result = run("report", "--coordinator", taking.url, str(N), path, "--preview")
    assert (result.exit_code, taking.asked) == (Exit.DONE, [])
    lines = result.stdout.splitlines()
    assert lines[0].endswith("2\N{NO-BREAK SPACE}curves would count for 1000…3167 (71 digits).")
    assert "none counts: run on another number" in lines[1]
    assert "2 curves, B1 100, stage 1 only, parametrisation 1 -> 2 count" in lines[2]
    assert "1 run of P-1, B1 100, stage 1 only -> handed in" in lines[3]
    done = run("report", "--coordinator", taking.url, str(N), path, "--yes", "--client-id", "alice")
    assert (done.exit_code, done.stderr) == (Exit.DONE, "1 curve was left out.\n")
    body = taking.asked[0][2]
    assert (body["composite"], body["client_id"], body["raw_output"]) == (str(N), "alice", text)
    assert (body["parameters"], body["results"]) == ({"b1": None}, {"curves_completed": 0})


SMOOTH = 2**4 * 3**2 * 5 * 7 * 11 * 13 * 17 * 19 * 23 * 29 * 31 + 1
"""A prime that P-1 finds with any B1 from 31 on."""


@both_builds
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("-pm1", 100), "1 run of P-1, B1 100, stage 1 only -> handed in"),
        (("-pm1", 50, 1000), "1 run of P-1, B1 50, stage 1 only -> handed in"),
        (("-torsion", "Z5", "-sigma", 7, 10000, 0), "none counts: given by a coefficient"),
    ],
)
def test_a_factor_is_handed_in_though_what_found_it_is_no_curve_that_counts(run, taking, file, ecm, options, said):
    number = SMOOTH * (10**40 + 121)
    text = run_ecm(ecm, "-one", *options, numbers=str(number))
    assert f"prime factor of {len(str(SMOOTH))} digits: {SMOOTH}" in text
    path = file(text)
    seen = run("report", "--coordinator", taking.url, str(number), path, "--preview").stdout.splitlines()
    assert said in seen[1]
    assert seen[2].endswith(f"the factor {SMOOTH} -> handed in")
    assert run("report", "--coordinator", taking.url, str(number), path, "--yes").exit_code == Exit.DONE
    assert taking.asked[0][2]["raw_output"] == text


def test_an_output_that_powershell_redirected_is_read(run, taking, file):
    text = "Using B1=11000, B2=0, polynomial x^1, sigma=1:7\nStep 1 took 1ms\n"
    path = Path(file(""))
    path.write_text(text, encoding="utf-16")
    result = run("report", "--coordinator", taking.url, str(N), str(path), "--yes")
    assert result.exit_code == Exit.DONE, result.stderr
    assert taking.asked[0][2]["raw_output"] == text


@both_builds
def test_of_a_log_in_json_it_is_said_why_none_of_its_curves_counts(run, taking, file, ecm):
    """As Docker keeps it, and `journalctl -o json` prints it."""
    lines = run_ecm(ecm, "-param", 1, "-c", 3, 100, 0, numbers=str(N)).splitlines()
    path = file("".join(json.dumps({"log": f"{line}\n", "stream": "stdout"}) + "\n" for line in lines))
    result = run("report", "--coordinator", taking.url, str(N), path, "--yes")
    assert (result.exit_code, taking.asked) == (Exit.UNSOUND, [])
    assert "none counts: no whole line of it announces a curve" in result.stdout


def test_a_list_is_handed_in_piece_by_piece(run, taking, file):
    assert run("report", "--coordinator", taking.url, "2^277+1", file("30/50@2000"), "--yes").exit_code == Exit.DONE
    sent = [(body["parameters"], body["results"]) for body in (asked[2] for asked in taking.asked)]
    assert sent == [
        ({"b1": 2000, "b2": None, "parametrization": 1}, {"curves_completed": 30}),
        ({"b1": 2000, "b2": 0, "parametrization": 1}, {"curves_completed": 20}),
    ]


def test_a_run_of_p_minus_1_is_handed_in_as_one(run, taking, file):
    path = file('{"exponent":277, "worktype":"P-1", "b1":50000, "b2":5000000, "factors":["1121297"]}')
    assert run("report", "--coordinator", taking.url, "2^277-1", path, "--yes").exit_code == Exit.DONE
    body = taking.asked[0][2]
    assert (body["method"], body["parameters"]) == ("pm1", {"b1": 50_000, "b2": 5_000_000})
    assert body["results"] == {"curves_completed": 1, "factors_found": [{"factor": "1121297"}]}


def test_work_on_another_number_is_named_and_not_handed_in(run, taking, file):
    path = file('{"input-decimal":"1234567891","ecm-curves":{"2000":30}}')
    result = run("report", "--coordinator", taking.url, str(N), path, "--yes")
    assert (result.exit_code, taking.asked) == (Exit.UNSOUND, [])
    assert "none counts: it is of 1234567891" in result.stdout


def test_without_being_told_so_nothing_is_handed_in(run, taking, file):
    result = run("report", "--coordinator", taking.url, "2^277+1", file("30@2000"))
    assert (result.exit_code, taking.asked) == (Exit.USAGE, [])
    assert "--yes" in result.stderr


def test_a_file_of_no_program_is_refused_with_those_that_are(run, taking, file):
    result = run("report", "--coordinator", taking.url, "2^277+1", file("hello"), "--yes")
    assert (result.exit_code, taking.asked) == (Exit.USAGE, [])
    assert "no output of GMP-ECM (which shows no curves with -q), no factor.json or log of YAFU" in result.stderr


@pytest.mark.parametrize(("number", "what"), [("10007", "prime"), ("2^521-1", "a probable prime")])
def test_no_curve_would_count_for_a_prime(run, taking, file, number, what):
    result = run("report", "--coordinator", taking.url, number, file("10@11e3"), "--preview")
    assert (result.exit_code, result.stdout, taking.asked) == (Exit.USAGE, "", [])
    assert result.stderr == f"{number} is {what}; there is nothing to find in it.\n"
