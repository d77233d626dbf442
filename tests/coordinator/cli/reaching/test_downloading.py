"""`verify URL`: a log is taken from where it is, and nothing of a coordinator is believed or needed."""

import json

import pytest

from coordinator.cli.ending import Exit
from coordinator.cli.reaching import downloading
from tests.coordinator.cli.conftest import Torn

LOG = "/api/v1/log"


@pytest.fixture
def export(tmp_path, run):
    """The lines of an export with a header and four events."""
    for _ in range(3):
        run("keys", "create", "--roles", "work", "--data-dir", tmp_path / "ledger")
    run("export", tmp_path / "log.ndjson", "--data-dir", tmp_path / "ledger")
    return (tmp_path / "log.ndjson").read_bytes().splitlines(keepends=True)


@pytest.fixture
def answering(stub, monkeypatch):
    """Have the log's address answer with one thing after the other."""
    monkeypatch.setattr(downloading, "_PAUSE_SECONDS", 0.0)

    def answering(*contents):
        following = iter(contents)
        stub.answers["GET", LOG] = 200, lambda _: next(following)

    return answering


def test_a_log_is_taken_from_the_address_of_a_coordinator(run, stub, answering, export, tmp_path):
    answering(b"".join(export))
    run("heads", "--data-dir", tmp_path / "ledger")
    done = run("verify", stub.url)
    assert (done.exit_code, done.stdout[:44]) == (Exit.DONE, "All events up to 4 are what was recorded. Th")
    assert [path for _, path, *_ in stub.asked] == [LOG]


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("", LOG),
        ("/", LOG),
        ("/tally/", f"/tally{LOG}"),
        ("/old.ndjson", "/old.ndjson"),
        (f"{LOG}?upto=4", f"{LOG}?upto=4"),
    ],
)
def test_an_address_is_that_of_a_coordinator_or_of_an_export(run, stub, export, written, asked):
    stub.answers.default = 200, b"".join(export)
    assert run("verify", stub.url + written).exit_code == Exit.DONE
    assert [path for _, path, *_ in stub.asked] == [asked]


def test_a_log_that_breaks_off_goes_on_behind_its_last_whole_line(run, stub, answering, export):
    answering(Torn(b"".join(export[:2]) + export[2][:-9]), b"", Torn(b"".join(export[2:4])), export[4])
    assert run("verify", f"{stub.url}{LOG}").exit_code == Exit.DONE
    assert [path for _, path, *_ in stub.asked] == [LOG, *(f"{LOG}?from={position}&upto=4" for position in (2, 2, 4))]


def test_a_log_that_always_breaks_off_is_given_up(run, stub, answering, export):
    answering(*[Torn(b"".join(export[:2]))], *[Torn(b"")] * 5)
    done = run("verify", stub.url)
    assert done.exit_code == Exit.UNREACHABLE
    assert done.stderr == "The log broke off at event 1 of 4, 5 times in a row; try again later.\n"


def test_a_changed_event_of_a_log_from_elsewhere_is_named(run, stub, answering, export):
    answering(b"".join([*export[:3], export[3].replace(b"operator", b"somebody"), export[4]]))
    done = run("verify", stub.url, "--json")
    assert (done.exit_code, json.loads(done.stdout)["problem"]["position"]) == (Exit.UNSOUND, 3)


def test_lines_that_are_no_export_are_refused_with_where_one_is(run, tmp_path, stub, answering):
    answering(b'{"position":1,"stream":"system"}\n')
    done = run("verify", stub.url)
    assert done.exit_code == Exit.UNSOUND
    assert f"`tallystick export` and the address {LOG} give such a log." in done.stdout
    nowhere = run("verify", tmp_path / "nothing")
    assert (nowhere.exit_code, nowhere.stderr[:17]) == (Exit.USAGE, "There is no file ")
