import os
import time
from pathlib import Path

import pytest

import workers.factoring.gmp_ecm
from workers.factoring.curves import BatchOrder
from workers.factoring.gmp_ecm import Candidate, NoGmpEcm, candidates, fastest, find_binary


def script(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def empty_path(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


@pytest.fixture
def short_trial(monkeypatch):
    monkeypatch.setattr(
        workers.factoring.gmp_ecm, "_TRIAL", BatchOrder(workers.factoring.gmp_ecm._TRIAL_NUMBER, 2000, None, 1, 2)
    )


def test_the_binary_of_the_distribution_is_found_and_runs(empty_path):
    binary = find_binary()
    assert binary.source == "passagemath-libecm"
    assert binary.version.startswith("7.")
    assert os.access(binary.path, os.X_OK)


def test_one_on_path_is_found_first(empty_path):
    on_path = script(empty_path / "ecm", "exit 0")
    assert [(found.path, found.source) for found in candidates()][:1] == [(on_path, "PATH")]
    assert len(candidates()) == 2


def test_the_same_file_under_two_names_is_one(empty_path):
    (shipped,) = candidates()
    (empty_path / "ecm").symlink_to(shipped.path)
    assert [found.source for found in candidates()] == ["PATH"]


def test_the_faster_of_two_is_taken(tmp_path, ecm, short_trial):
    slow = script(tmp_path / "slow", f'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done\nexec "{ecm}" "$@"')
    for found in ([slow, Path(ecm)], [Path(ecm), slow]):
        assert fastest(Candidate(path, "test") for path in found).path == Path(ecm)


def test_one_that_does_not_run_is_passed_over(tmp_path, ecm):
    broken = script(tmp_path / "ecm", "echo cannot open shared object file >&2; exit 127")
    assert fastest([Candidate(broken, "PATH"), Candidate(Path(ecm), "test")]).source == "test"


def test_another_program_of_that_name_is_no_gmp_ecm(tmp_path):
    other = script(tmp_path / "ecm", "echo Encoding CD image")
    with pytest.raises(NoGmpEcm, match=f"No GMP-ECM was found: .* {other}: This is not GMP-ECM: it ended") as lack:
        fastest([Candidate(other, "PATH")])
    assert str(lack.value).endswith("its last line is 'Encoding CD image'.")


@pytest.mark.parametrize(
    ("said", "last"), [("\necho no licence", "its last line is 'no licence'"), ("", "its last line is 'GMP-ECM")]
)
def test_of_one_that_ends_at_once_without_a_curve_that_is_said(tmp_path, said, last):
    ending = script(tmp_path / "ecm", f"echo 'GMP-ECM 7.0.5 [configured with GMP 6.2.1] [ECM]'{said}\nexit 4")
    with pytest.raises(
        NoGmpEcm, match=r"It ran no curve: it ended with exit status 4 after [0-9.]+ seconds, and "
    ) as lack:
        fastest([Candidate(ending, "PATH")])
    assert last in str(lack.value)


def test_one_that_hangs_is_none_and_what_it_has_started_ends_with_it(tmp_path, monkeypatch):
    monkeypatch.setattr(workers.factoring.gmp_ecm, "_PROOF_SECONDS", 0.2)
    hanging = script(tmp_path / "ecm", "echo 'GMP-ECM 7.0.5 [configured with GMP 6.2.1] [ECM]'\nsleep 120")
    begun = time.monotonic()
    with pytest.raises(
        NoGmpEcm, match=r"It ran no curve: it was stopped after 0\.[0-9] seconds, and its last line is 'GMP-ECM"
    ):
        fastest([Candidate(hanging, "PATH")])
    assert time.monotonic() - begun < 60, "what the script had started was waited for"


def test_where_there_is_none_it_is_told_what_to_install():
    with pytest.raises(NoGmpEcm, match="No GMP-ECM was found: install the package gmp-ecm"):
        fastest([])


def test_one_slow_run_on_a_busy_machine_does_not_decide(tmp_path, ecm, short_trial):
    once = tmp_path / "tried"
    hindered = script(
        tmp_path / "hindered",
        f'case "$*" in *2000*) [ -e {once} ] || {{ : > {once}; i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done; }};; esac\n'
        f'exec "{ecm}" "$@"',
    )
    slow = script(tmp_path / "slow", f'i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done\nexec "{ecm}" "$@"')
    assert fastest([Candidate(slow, "test"), Candidate(hindered, "test")]).path == hindered
    assert once.exists()


def test_a_choice_holds_a_worker_up_for_no_more_than_eight_curves(tmp_path, ecm):
    runs = tmp_path / "runs"
    noting = [script(tmp_path / name, f'echo "$*" >> {runs}\nexec "{ecm}" "$@"') for name in ("one", "other")]
    fastest(Candidate(path, "test") for path in noting)
    orders = [line.split() for line in runs.read_text().splitlines()]
    assert sum(int(order[order.index("-c") + 1]) for order in orders if order[-1] == "50000") <= 8
