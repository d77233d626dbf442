"""Log lines."""

import io
import json
import logging
from pathlib import Path

import pytest
import structlog

from coordinator.observing import logs
from tests import log_lines


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def as_before():
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    log_lines.keep_short()


def lines_in(stream):
    stream.flush()
    return [json.loads(line) for line in stream.buffer.getvalue().splitlines()]


def test_a_disk_that_is_full_costs_lines_and_nothing_else():
    with Path("/dev/full").open("w") as full:
        logs.set_up(full)
        for _ in range(3):
            structlog.get_logger().error("batch_rolled_back", reason="x" * 100_000)
        full.buffer.raw.close()


def test_lines_are_json_when_nobody_looks():
    stream = io.TextIOWrapper(io.BytesIO())
    logs.set_up(stream)
    structlog.get_logger().info("ready", port=8000)
    structlog.get_logger().debug("not_written")
    (line,) = lines_in(stream)
    assert list(line) == ["timestamp", "level", "event", "port"]
    assert line["timestamp"].endswith("Z")
    assert (line["level"], line["event"], line["port"]) == ("info", "ready", 8000)


def test_what_libraries_log_has_the_same_form():
    stream = io.TextIOWrapper(io.BytesIO())
    logs.set_up(stream)
    logging.getLogger("uvicorn.error").error("It is %s.", "so")
    logging.getLogger("uvicorn.error").info("not written")
    (line,) = lines_in(stream)
    assert (line["level"], line["event"], line["logger"]) == ("error", "It is so.", "uvicorn.error")


def test_what_libraries_log_is_made_for_people_where_they_look():
    stream = Terminal()
    logs.set_up(stream)
    logging.getLogger("uvicorn.error").error("It is %s.", "so")
    assert "It is so." in stream.getvalue()
    with pytest.raises(json.JSONDecodeError):
        json.loads(stream.getvalue())


def test_an_exception_is_told_without_the_variables_of_its_frames():
    for stream in (io.TextIOWrapper(io.BytesIO()), Terminal()):
        logs.set_up(stream)
        secret = "tally_" + "sesame"
        try:
            int(secret[:5])
        except ValueError:
            structlog.get_logger().exception("it_failed")
        written = stream.getvalue() if isinstance(stream, Terminal) else stream.buffer.getvalue().decode()
        assert "ValueError" in written
        assert "tally_sesame" not in written


def test_a_person_sees_lines_made_for_people():
    stream = Terminal()
    logs.set_up(stream)
    structlog.get_logger().info("ready", port=8000)
    assert "ready" in stream.getvalue()
    with pytest.raises(json.JSONDecodeError):
        json.loads(stream.getvalue())


def test_what_would_command_the_terminal_is_spelled_out_for_a_person():
    stream = Terminal()
    logs.set_up(stream)
    structlog.get_logger().info("request_failed", path="/a\x1b]0;b\x07\nc")
    assert "/aU+001B]0;bU+0007U+000Ac" in stream.getvalue()


def test_a_line_keeps_the_time_that_it_brings():
    line = json.loads(logs.json_line(None, "info", {"event": "request", "timestamp": "2026-01-01T00:00:00Z"}))
    assert line == {"timestamp": "2026-01-01T00:00:00Z", "level": "info", "event": "request"}


@pytest.mark.parametrize("made", [lambda: io.TextIOWrapper(io.BytesIO()), Terminal])
def test_what_happened_many_times_is_a_line_each(made):
    stream = made()
    logs.set_up(stream)
    structlog.get_logger().info("request", each=[{"status": 200}, {"status": 404}])
    stream.flush()
    written = stream.getvalue() if isinstance(stream, Terminal) else stream.buffer.getvalue().decode()
    first, second = written.splitlines()
    assert "request" in first
    assert "200" in first
    assert "request" in second
    assert "404" in second
