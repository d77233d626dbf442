"""How far something long has come, on a terminal."""

import io
from contextlib import redirect_stderr

from coordinator.cli.terminal.bar import progress_bar
from coordinator.processes.progress import Progress


class Terminal(io.StringIO):
    """Somebody looks at what is written."""

    def isatty(self):
        return True


def test_a_terminal_is_shown_percent_rate_and_time_left(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    terminal = Terminal()
    with redirect_stderr(terminal), progress_bar("rows") as report:
        for done in range(0, 1_000, 100):
            report(Progress("import", done, 2_000))
    said = terminal.getvalue()
    assert "import" in said
    assert "45%" in said
    assert "900/2000" in said
    assert "rows/s" in said
    assert "left" in said


def test_of_what_has_no_length_no_percent_is_shown(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    terminal = Terminal()
    with redirect_stderr(terminal), progress_bar() as report:
        report(Progress("index", 0, 0))
    assert "index" in terminal.getvalue()
    assert "%" not in terminal.getvalue()


def test_nothing_is_written_where_nobody_looks(capsys):
    with progress_bar() as report:
        report(Progress("import", 1, 2))
    assert capsys.readouterr().err == ""
