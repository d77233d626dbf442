"""The page that checks a log in the visitor's own browser, beside what `verify` says of the same bytes."""

import hashlib
import json
import re
from io import BytesIO

import pytest

from coordinator.auditing.verify import verify_export
from coordinator.heads.book import read_head
from coordinator.heads.holding import Witnesses
from coordinator.log.ndjson import read_header
from coordinator.pages.log.checking import CHECKER
from tests.browser.test_accessibility import AXE, WCAG, needs_axe, violations
from tests.real.servers import HTTP

NIST = {
    "": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "616263": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".hex(): (
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    "d3": "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1",
    "b4190e": "dff2e73091f6c05e528896c4c831b9448653dc2ff043528f6769437bc7b975c2",
}
"""Messages and digests of FIPS 180-2, appendix B, and of the CAVP's SHA256ShortMsg.rsp, in hexadecimal."""
MONTE_CARLO = (
    "6d1e72ad03ddeb5de891e572e2396f8da015d899ef0e79503152d6010a3fe691",
    "e93c330ae5447738c8aa85d71a6c80f2a58381d05872d26bdd39f1fcd4f2b788",
)
"""The CAVP's SHA256Monte.rsp: the seed, and the digest after the first thousand rounds."""


@pytest.fixture(scope="module")
def log(site):
    """The log of the site as an export, with a head over all of it, which is signed for the proof of its last event."""
    text = HTTP.get(f"{site.address}/api/v1/log").content
    end = read_header(text.splitlines()[0]).position
    proof = HTTP.get(f"{site.address}/api/v1/events/{end}/proof").json()
    head = HTTP.get(f"{site.address}/api/v1/heads/{proof['head']}").text
    return HTTP.get(f"{site.address}/api/v1/log", params={"upto": proof["head"]}).content, head


@pytest.fixture(scope="module")
def checker(opening):
    """The page, opened once."""
    page = opening("/check/check.html")
    page.wait_for("typeof judge === 'function'")
    yield page
    page.close()


def judged(page, text, heads="", size=1000):
    """Return what the page's own check says of an export that comes in pieces of a size."""
    return page.value(
        f"""(() => {{
            const bytes = new TextEncoder().encode({json.dumps(text.decode())});
            try {{
                const check = new LogCheck({json.dumps(heads)} ? readHeads({json.dumps(heads)}) : []);
                for (let at = 0; at < bytes.length; at += {size}) check.add(bytes.subarray(at, at + {size}));
                return check.end();
            }} catch (met) {{
                return `${{met.constructor.name}}: ${{met.message}}`;
            }}
        }})()"""
    )


def test_its_sha_256_is_that_of_nist(checker):
    messages = [*NIST, ("61" * 1_000_000), *(bytes(range(length)).hex() for length in range(256))]
    found = checker.value(
        f"{json.dumps(messages)}.map((message) => hex(sha256(unhex(message, message.length / 2))))",
    )
    assert found == [hashlib.sha256(bytes.fromhex(message)).hexdigest() for message in messages]
    assert found[: len(NIST)] == [*NIST.values()]
    assert found[len(NIST)] == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    seed, digest = MONTE_CARLO
    assert digest == checker.value(
        f"""(() => {{
            let rounds = [unhex("{seed}"), unhex("{seed}"), unhex("{seed}")];
            for (let i = 0; i < 1000; i++) rounds = [...rounds.slice(1), sha256(new Uint8Array(rounds.flatMap((one) => [...one])))];
            return hex(rounds[2]);
        }})()"""
    )


def test_a_sound_log_is_told_as_verify_tells_it(checker, log):
    text, head = log
    found = verify_export(BytesIO(text), witnesses=Witnesses((read_head(head.encode()),)))
    for size in (7, 64 * 1024):
        assert judged(checker, text, head, size) == f"{found.sentence} The hash at {found.position} is {found.hash}."


def changes(lines):
    """Yield copies of an export that somebody has changed, each with the position of the first event that is bad."""
    middle = len(lines) // 2
    yield [*lines[:middle], lines[middle].replace(b'"actor":"', b'"actor":"un'), *lines[middle + 1 :]], middle
    yield lines[:middle] + lines[middle + 1 :], middle
    yield [*lines[:middle], lines[middle + 1], lines[middle], *lines[middle + 2 :]], middle
    yield [*lines[:3], lines[2], *lines[3:]], 2
    yield [*lines[:-1], lines[-1].replace(b'"version":', b'"version":1')], len(lines) - 1
    yield [*lines[:5], lines[5].replace(b'"recorded_at":1', b'"recorded_at":'), *lines[6:]], 5
    yield [*lines[:7], lines[7].replace(b'"data":{', b'"data":{ '), *lines[8:]], 7
    yield lines[:-1], None  # the header promises one more
    yield [lines[0]], None


def test_the_first_bad_position_of_a_changed_copy_is_named_as_verify_names_it(checker, log):
    lines = log[0].splitlines(keepends=True)
    for changed, position in changes(lines):
        text = b"".join(changed)
        assert text != log[0]
        found = verify_export(BytesIO(text))
        assert found.problem is not None
        sentence = found.sentence.removesuffix(" Nothing was imported.")
        assert judged(checker, text) == f"NotSound: {re.sub(r'^Line [0-9]+: ', '', sentence)}"
        assert position is None or f"Event {position} " in sentence


def test_what_only_a_head_shows_is_named(checker, log):
    text, head = log
    lines, kept = text.splitlines(keepends=True), json.loads(head)
    cut = json.loads(lines[-2])
    header = json.dumps(json.loads(lines[0]) | {"position": cut["position"], "hash": cut["hash"]}).encode() + b"\n"
    assert judged(checker, header + b"".join(lines[1:-1])).startswith(f"All events up to {cut['position']} are what")
    assert "its newest events were cut off" in judged(checker, header + b"".join(lines[1:-1]), head)
    assert "the log was computed anew" in judged(checker, text, json.dumps(kept | {"hash": "0" * 64}))
    assert "has the root 0000" in judged(checker, text, json.dumps(kept | {"root": "0" * 64}))
    assert "and this is the log" in judged(checker, text, json.dumps(kept | {"log": "another"}))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (b"", "This is no exported log: it is empty."),
        (b"<html>\n", "This is no exported log: its first line is no JSON."),
        (b'{"position":1}\n', "This is no exported log: its format is undefined, and tallystick-log-1 is right."),
        (b"HEADER[]\n", "Line 2 is not the line of an event: it is no JSON object."),
        (b'HEADER{"position":1.5}\n', "Line 2 is not the line of an event: position is no whole number."),
        (b'HEADER{"position":1,"position":1}\n', "Line 2 is not the line of an event: position stands there twice."),
        (b'HEADER{"position":1,"x":1}\n', "Line 2 is not the line of an event: it has a field x that none has."),
        (b'HEADER{"position":1}\n', "Line 2 is not the line of an event: stream is missing."),
        (b'HEADER{"position":1,"stream":2}\n', "Line 2 is not the line of an event: stream is no text."),
    ],
)
def test_what_is_no_export_is_told_from_one(checker, log, line, sentence):
    assert judged(checker, line.replace(b"HEADER", log[0].splitlines(keepends=True)[0])) == f"NotSound: {sentence}"


def press(page, button, output):
    page.value(f"document.getElementById('{output}').textContent = ''; document.getElementById('{button}').click()")
    page.wait_for(f"document.getElementById('{output}').textContent")
    return page.value(f"document.getElementById('{output}').textContent")


def test_a_visitor_checks_the_log_and_an_event_here(checker, log):
    assert press(checker, "newest", "heads-said").startswith("A head at event ")
    assert " are what was recorded. The log agrees with 1 signed head. The hash at " in press(checker, "check", "found")
    checker.value("document.getElementById('position').value = 3")
    assert press(checker, "prove", "proved").startswith("Event 3, ")
    checker.value("document.getElementById('position').value = 999999999")
    assert press(checker, "prove", "proved").startswith("Event 999999999 was recorded after the head at ")
    assert [said for said in checker.errors() if "400" not in said] == []


@needs_axe
def test_the_page_can_be_used_by_everybody(checker):
    checker.value(AXE.read_text() + "; true")
    for dark in (False, True):
        checker.prefer(dark=dark)
        assert violations(checker, {"type": "tag", "values": WCAG}) == []
    for width in (320, 390, 820, 1600):
        checker.call("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False)
        assert checker.value("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_saved_page_works_from_a_disk(browser, log, tmp_path):
    for file in CHECKER.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "log.ndjson").write_bytes(log[0])
    page = browser.page(f"file://{tmp_path}/check.html")
    page.wait_for("typeof judge === 'function'")
    assert page.value("[...document.querySelectorAll('[data-served]')].every((one) => one.hidden)")
    page.value(f"fill({json.dumps(log[1])})")
    root = page.call("DOM.getDocument")["root"]["nodeId"]
    field = page.call("DOM.querySelector", nodeId=root, selector="#log-file")["nodeId"]
    page.call("DOM.setFileInputFiles", nodeId=field, files=[str(tmp_path / "log.ndjson")])
    page.wait_for("document.getElementById('found').className")
    assert "The log agrees with 1 signed head." in page.value("document.getElementById('found').textContent")
    assert page.errors() == []
