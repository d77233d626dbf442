"""`heads`, `prove`, `check-proof`, and `verify` against what was kept."""

import json
import shutil
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from coordinator.cli.ending import Exit
from coordinator.heads.book import HeadBook, line_of
from coordinator.heads.notary import Notary
from coordinator.heads.signing import SigningKey
from coordinator.log.sqlite import SqliteEventLog
from core.events.heads import UnsignedHead
from tests.ledgers import START, data_directory, following, key_created, log_rows, office_with_keys, spoil

EVENTS = 8


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A data directory with eight events, and heads at the sixth and the eighth."""
    directory = data_directory(tmp_path_factory.mktemp("heads"), EVENTS - 3)
    Notary(directory).close(START)
    office = office_with_keys(directory, EVENTS - 1)
    office.close()
    Notary(directory).close(START)
    return directory


@pytest.fixture
def directory(sound, tmp_path, monkeypatch):
    """A copy, to be spoilt, with the heads kept beside it as well; commands are run there."""
    copy = shutil.copytree(sound, tmp_path / "data")
    shutil.copy(copy / "heads.ndjson", tmp_path / "kept.ndjson")
    monkeypatch.chdir(tmp_path)
    return copy


@pytest.fixture
def heads(directory):
    with closing(HeadBook(directory / "heads.ndjson", read_only=True)) as book:
        return list(book.after(0))


def verified(run, *arguments):
    """Return the exit code of `verify` and what it says."""
    done = run("verify", "--data-dir", "data", "--log-only", *arguments)
    return done.exit_code, done.stdout or done.stderr


def test_heads_are_listed_with_the_key(run, directory, heads):
    done = run("heads", "--data-dir", directory)
    assert [line.split() for line in done.stdout.splitlines()] == [
        [str(head.position), head.signed_at, head.hash] for head in heads
    ]
    assert done.stderr == f"Signed with the key {heads[0].key}:\n"
    listed = json.loads(run("heads", "--data-dir", directory, "--after", 6, "--json").stdout)
    assert listed == {"heads": [msgspec.to_builtins(heads[1])]}


def test_a_log_agrees_with_what_was_kept_of_it(run, directory, heads):
    row = log_rows(directory)[4]
    receipt = f"5:{row[11].hex()}"
    Path("one.json").write_text(json.dumps(msgspec.to_builtins(heads[0]), indent=2))
    Path("page.json").write_text(run("heads", "--data-dir", directory, "--json").stdout)
    flags = ["--head", "kept.ndjson", "--head", "one.json", "--head", "page.json", "--key", heads[0].key]
    exit_code, said = verified(run, *flags, "--receipt", receipt)
    assert exit_code == Exit.DONE
    assert said.startswith(
        "All events up to 8 are what was recorded. The log agrees with 7 signed heads and 1 receipt."
    )


def test_an_export_is_held_against_the_same(run, directory):
    assert run("export", "log.ndjson", "--data-dir", directory).exit_code == Exit.DONE
    done = run("verify", "log.ndjson", "--head", "kept.ndjson", "--json")
    found = json.loads(done.stdout)
    assert (done.exit_code, found["holds"], found["position"], found["held"]["heads"]) == (Exit.DONE, True, EVENTS, 2)
    lines = Path("log.ndjson").read_bytes().splitlines(keepends=True)
    Path("log.ndjson").write_bytes(b"".join(lines).replace(b"key number 4", b"key number 5"))
    done = run("verify", "log.ndjson")
    assert done.exit_code == Exit.UNSOUND
    assert done.stdout.startswith("Line 6: Event 5 is not what was recorded")
    Path("log.ndjson").write_bytes(b"".join(lines[:-1]))
    assert "The header promises 8 events" in run("verify", "log.ndjson").stdout


def cut(directory):
    spoil(directory, "DELETE FROM events WHERE position > 6")


def empty(directory):
    spoil(directory, "DELETE FROM events")


def compute_anew(directory):
    spoil(directory, "DELETE FROM events WHERE position > 6")
    with closing(SqliteEventLog(directory / "log.db")) as log:
        log.append(following(log, *(key_created(number) for number in (50, 51, 52))), log.head())


def put_another_in_its_place(directory):
    shutil.rmtree(directory)
    data_directory(directory, 20)


@pytest.mark.parametrize(
    ("spoil_it", "of_a_head", "of_a_receipt"),
    [
        (
            cut,
            "The log ends at event 6, and a head was signed at event 8",
            "The log ends at event 6, and a receipt was",
        ),
        (
            empty,
            "The log ends at event 0, and a head was signed at event 6",
            "The log ends at event 0, and a receipt was",
        ),
        (
            compute_anew,
            "the log was computed anew. It agrees with the head at 6.",
            "the log was computed anew, or it is",
        ),
        (put_another_in_its_place, "is of the log", "the log was computed anew, or it is another log"),
    ],
)
def test_a_log_that_its_chain_alone_would_vouch_for_is_found_out(
    run, directory, heads, spoil_it, of_a_head, of_a_receipt
):
    spoil_it(directory)
    (directory / "heads.ndjson").unlink(missing_ok=True)
    assert verified(run)[0] == Exit.DONE
    for flags, words in (
        (["--head", "kept.ndjson"], of_a_head),
        (["--receipt", f"{EVENTS}:{heads[1].hash}"], of_a_receipt),
    ):
        exit_code, said = verified(run, *flags)
        assert exit_code == Exit.UNSOUND
        assert words in said


def test_the_heads_beside_a_log_are_looked_at_unasked(run, directory):
    cut(directory)
    exit_code, said = verified(run)
    assert (exit_code, "its newest events were cut off" in said) == (Exit.UNSOUND, True)


def resigned(head, **changes):
    """Return a head that says something else, signed by somebody."""
    said = {name: getattr(head, name) for name in UnsignedHead.__struct_fields__} | changes
    return SigningKey(Ed25519PrivateKey.generate()).sign(UnsignedHead(**said))


def test_a_head_with_a_bad_signature_is_named(run, directory, heads):
    Path("forged.json").write_bytes(line_of(msgspec.structs.replace(heads[1], root="0" * 64)))
    exit_code, said = verified(run, "--head", "forged.json")
    assert (exit_code, said.startswith("The head at 8 has a bad signature")) == (Exit.UNSOUND, True)


def test_a_head_that_somebody_else_signed_is_named_when_the_key_is_known(run, directory, heads):
    forged = resigned(heads[1])
    Path("forged.json").write_bytes(line_of(forged))
    assert verified(run, "--head", "forged.json")[0] == Exit.DONE
    exit_code, said = verified(run, "--head", "forged.json", "--key", heads[1].key)
    assert exit_code == Exit.UNSOUND
    assert said == f"The head at 8 was signed with the key {forged.key}, not with {heads[1].key}.\n"


def test_a_head_whose_root_is_not_that_of_the_events_is_named(run, directory, heads):
    Path("forged.json").write_bytes(line_of(resigned(heads[1], root="0" * 64)))
    exit_code, said = verified(run, "--head", "forged.json")
    assert (exit_code, said.startswith("The head at 8 has the root 0000")) == (Exit.UNSOUND, True)


@pytest.mark.parametrize("receipt", ["17", "0:" + "a" * 64, "1:abc", "x:" + "a" * 64, "1:" + "g" * 64, ""])
def test_what_is_no_receipt_is_refused(run, directory, receipt):
    exit_code, said = verified(run, "--receipt", receipt)
    assert exit_code == Exit.USAGE
    assert f"The receipt {receipt!r} is not acceptable; POSITION:HASH is" in said


@pytest.mark.parametrize("key", ["nix", "", "a" * 63, "g" * 64])
def test_what_is_no_public_key_is_refused(run, directory, proved, key):
    said = f"The key {key!r} is not acceptable; a public key is, 64 hexadecimal digits, as /api/v1/heads/key and"
    for command in (("verify", "--data-dir", directory, "--head", "kept.ndjson"), ("check-proof", *proved)):
        done = run(*command, "--key", key)
        assert (done.exit_code, done.stderr.startswith(said)) == (Exit.USAGE, True)


def test_a_key_is_the_same_in_capitals(run, directory, heads, proved):
    key = heads[1].key.upper()
    assert verified(run, "--head", "kept.ndjson", "--key", key)[0] == Exit.DONE
    assert run("check-proof", *proved, "--key", key).exit_code == Exit.DONE


def test_a_key_for_heads_that_nobody_has_named_is_refused(run, directory, heads):
    exit_code, said = verified(run, "--key", heads[1].key)
    assert (exit_code, said.startswith("--key goes with --head: it says with which key")) == (Exit.USAGE, True)


@pytest.mark.parametrize("content", ["", "[]", '{"heads": [{}]}', '{"type": "about:blank"}'])
def test_what_is_no_head_is_refused(run, directory, content):
    Path("head.json").write_text(content)
    exit_code, said = verified(run, "--head", "head.json")
    assert (exit_code, said.startswith("head.json: This is not a signed head")) == (Exit.USAGE, True)


@pytest.fixture
def proved(run, directory):
    """The three files that prove the fifth event."""
    done = run("prove", 5, "--data-dir", directory)
    assert done.exit_code == Exit.DONE, done.stderr
    assert done.stdout == "tallystick check-proof proof-5/event.json proof-5/proof.json proof-5/head.json\n"
    return ["proof-5/event.json", "proof-5/proof.json", "proof-5/head.json"]


def test_an_event_is_proved_by_three_files_alone(run, directory, proved, heads):
    shutil.rmtree(directory)
    done = run("check-proof", *proved, "--key", heads[1].key)
    assert done.exit_code == Exit.DONE
    assert done.stdout.startswith(f"Event 5, access.key_created.v2, is in the log {heads[1].log} under the head at 8, ")
    assert len(json.loads(Path(proved[1]).read_text())["path"]) == 3


def test_files_that_another_program_spread_out_prove_the_same(run, proved):
    for path in map(Path, proved):
        path.write_text(json.dumps(json.loads(path.read_text()), indent=2))
    done = run("check-proof", *proved)
    assert done.exit_code == Exit.DONE, done.stdout


def test_every_event_is_proved_under_every_head_with_or_without_the_kept_tree(run, directory, heads):
    for tree in ("there", "gone"):
        for head in heads:
            for position in range(1, head.position + 1):
                flags = (
                    "--data-dir",
                    directory,
                    "--head",
                    head.position,
                    "--output",
                    f"{tree}-{position}-{head.position}",
                )
                words = run("prove", position, *flags).stdout.split()
                assert run(*words[1:], "--key", head.key).exit_code == Exit.DONE
        (directory / "projections" / "merkle.tree").unlink(missing_ok=True)


def changed(file, **changes):
    said = json.loads(Path(file).read_text())
    Path(file).write_text(json.dumps({**said, **changes}, separators=(",", ":")))


@pytest.mark.parametrize(
    ("file", "changes", "words"),
    [
        (0, {"actor": "somebody"}, "Event 5 is not what was recorded: its hash is not that of its content."),
        (0, {"position": 4}, "The proof is of event 5 under a head at 8; given are event 4 and"),
        (0, {"hash": "0" * 64}, "Event 5 is not what was recorded"),
        (1, {"previous": "0" * 64}, "Event 5 is not what was recorded"),
        (1, {"path": ["0" * 64] * 3}, "the proof does not lead to the root of the head at 8"),
        (1, {"path": []}, "The proof has 0 hashes; one in such a tree has 3."),
        (1, {"position": 6}, "The proof is of event 6 under a head at 8"),
        (1, {"head": 7}, "The proof is of event 5 under a head at 7"),
        (2, {"root": "0" * 64}, "The head at 8 has a bad signature"),
        (2, {"position": 7}, "The head at 7 has a bad signature"),
        (2, {"signed_at": "2020-01-01T00:00:00Z"}, "The head at 8 has a bad signature"),
    ],
)
def test_a_forged_proof_shows_nothing(run, proved, file, changes, words):
    changed(proved[file], **changes)
    done = run("check-proof", *proved, "--json")
    said = json.loads(done.stdout)
    assert (done.exit_code, said["proved"]) == (Exit.UNSOUND, False)
    assert words in said["sentence"]


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        (0, "{}", "does not hold an event"),
        (0, "\xff", "does not hold an event"),
        (1, "{}", "does not hold a proof of the format"),
        (1, '{"format": "tallystick-proof-1"}', "does not hold a proof"),
        (1, "nothing", "does not hold a proof"),
        (2, "{}", "is not a signed head"),
    ],
)
def test_files_that_hold_something_else_are_refused(run, proved, file, content, words):
    Path(proved[file]).write_bytes(content.encode("latin-1"))
    done = run("check-proof", *proved)
    assert (done.exit_code, words in done.stderr) == (Exit.USAGE, True)


def test_a_file_that_is_not_there_is_named(run, proved):
    done = run("check-proof", "nowhere.json", *proved[1:])
    assert (done.exit_code, done.stderr) == (Exit.USAGE, "nowhere.json can't be read: No such file or directory.\n")
    done = run("check-proof", *proved[:2], "kept.ndjson")
    assert (done.exit_code, done.stderr) == (Exit.USAGE, "kept.ndjson holds 2 heads; a file with one is right here.\n")


def test_a_log_is_shown_to_go_on_from_an_earlier_head(run, directory, heads):
    notary = Notary(directory)
    Path("old.json").write_bytes(line_of(heads[0]))
    Path("new.json").write_bytes(line_of(heads[1]))
    Path("proof.json").write_bytes(msgspec.json.encode(notary.prove_consistency(*heads)))
    notary.close(START)
    done = run("check-proof", "old.json", "proof.json", "new.json")
    assert (done.exit_code, "goes on unchanged from the head at 6 to the head at 8" in done.stdout) == (Exit.DONE, True)
    Path("old.json").write_bytes(line_of(resigned(heads[0], root="0" * 64)))
    done = run("check-proof", "old.json", "proof.json", "new.json")
    assert (done.exit_code, "is not shown to begin as" in done.stdout) == (Exit.UNSOUND, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((99,), "There is no event 99; the log holds events 1 to 8."),
        ((7, "--head", 6), "Event 7 came after the head at 6; name a later one, or none."),
        ((1, "--head", 5), "No head was signed at 5; `tallystick heads` lists them."),
    ],
)
def test_what_can_not_be_proved_is_said(run, directory, arguments, words):
    done = run("prove", *arguments, "--data-dir", directory)
    assert (done.exit_code, done.stderr) == (Exit.REFUSED, f"{words}\n")


def test_who_comes_before_the_next_head_is_told_to_wait_or_to_ask(run, directory):
    (directory / "heads.ndjson").write_bytes((directory / "heads.ndjson").read_bytes().splitlines(keepends=True)[0])
    done = run("prove", 7, "--data-dir", directory)
    assert (done.exit_code, done.stderr) == (
        Exit.UNREACHABLE,
        (
            "No head was signed yet since event 7 was recorded. A running coordinator signs one each minute, and at once when it"
            " is asked for the proof with --coordinator; a stopped one did when it stopped.\n"
        ),
    )


def test_where_no_head_was_signed_that_is_said(run, tmp_path):
    data_directory(tmp_path / "young", 1)
    done = run("heads", "--data-dir", tmp_path / "young")
    assert done.exit_code == Exit.REFUSED
    assert done.stderr.startswith("There is no heads.ndjson in")


def test_a_running_coordinator_is_asked_for_heads_and_proofs(run, stub, directory, heads, proved):
    event, proof, head = (json.loads(Path(file).read_text()) for file in proved)
    stub.answers["GET", "/api/v1/heads"] = 200, {"heads": [msgspec.to_builtins(head) for head in heads], "next": None}
    stub.answers["GET", "/api/v1/events/5"] = 200, event
    stub.answers["GET", "/api/v1/events/5/proof"] = 200, proof
    stub.answers["GET", "/api/v1/heads/8"] = 200, head
    listed = run("heads", "--coordinator", stub.url, "--json").stdout
    assert json.loads(listed) == {"heads": [msgspec.to_builtins(head) for head in heads]}
    done = run("prove", 5, "--coordinator", stub.url, "--head", 8, "--output", "asked")
    assert done.exit_code == Exit.DONE, done.stderr
    assert {path.name for path in Path("asked").iterdir()} == {"event.json", "proof.json", "head.json"}
    assert json.loads(Path("asked/proof.json").read_text()) == proof
