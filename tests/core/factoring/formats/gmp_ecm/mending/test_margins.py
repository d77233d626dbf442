"""Margins of outputs: time that passes parts nothing, and names part what they stand before."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.core.factoring.formats.gmp_ecm.counted import A, shown
from tests.real.gmp_ecms import both_builds, run

LATE_IN_A_YEAR = datetime(2026, 12, 30, 20, 0, tzinfo=UTC)
SEVEN_HOURS = timedelta(hours=7)


def stamped(lines, stamp):
    """Lines that took days, with what `strftime` makes of a stamp before each."""
    return "".join(f"{(LATE_IN_A_YEAR + i * SEVEN_HOURS).strftime(stamp)}{line}\n" for i, line in enumerate(lines))


@both_builds
@pytest.mark.parametrize(
    "stamp",
    [
        "%b %d %H:%M:%S ",  # as `ts` has it
        "%a %b %d %H:%M:%S %Y<stdout>:",  # mpirun --timestamp-output
        "%a %b %e %H:%M:%S UTC %Y: ",  # date
        "%b %e %H:%M:%S node-7 ecm[1234]: ",  # syslog
        "%s ",
        "%s.%f ",
        "%m/%d/%Y %I:%M:%S %p ",
        "[%d/%b/%Y:%H:%M:%S +0000] ",
        "%A, %d. %B %Y %H:%M: ",
        "%Y-%m-%dT%H:%M:%S.%f+01:00 stdout F ",  # kubectl logs --timestamps
    ],
    ids=repr,
)
def test_an_output_that_was_stamped_for_days_is_one(ecm, stamp):
    text = run(ecm, "-param", 1, "-c", 6, 2000, numbers=A)
    assert shown(stamped(text.splitlines(), stamp)) == shown(text)
    assert len(shown(text).curves) == 6


@both_builds
@pytest.mark.parametrize("numbered", ["{:6d}\t{}", "{}:{}", "ecm.log:{}:{}", "[{:12d}.345678] {}"], ids=repr)
def test_an_output_with_its_lines_numbered_is_one(ecm, numbered):
    """`nl`, `cat -n`; `grep -n`; of several files; dmesg."""
    text = run(ecm, "-param", 1, "-c", 6, 2000, numbers=A)
    lines = (numbered.format(number, line) for number, line in enumerate(text.splitlines(), 8))
    assert shown("".join(f"{line}\n" for line in lines)) == shown(text)


@both_builds
def test_programs_that_are_told_apart_stay_so_though_time_passes_and_lines_are_numbered(ecm):
    texts = [run(ecm, "-param", 1, "-c", 3, 2000, numbers=A).splitlines() for _ in range(2)]
    by_turns = [f"{which}\t{line}" for pair in zip(*texts, strict=True) for which, line in enumerate(pair, 1)]
    sigmas = {ran.sigma for text in texts for ran in shown("\n".join(text)).curves}
    assert len(sigmas) == 6
    for log in (
        "\n".join(by_turns) + "\n",
        stamped(by_turns, "%b %d %H:%M:%S "),
        "".join(f"{number:6d}  {line}\n" for number, line in enumerate(by_turns, 1)),
    ):
        assert {ran.sigma for ran in shown(log).curves} == sigmas


@both_builds
def test_an_output_that_multilog_has_stamped_is_one(ecm):
    """TAI64N: seconds and nanoseconds, hexadecimal."""
    text = run(ecm, "-param", 1, "-c", 6, 2000, numbers=A)
    lines = (
        f"@400000006a1{number // 7:05x}{number * 123_456:08x} {line}\n" for number, line in enumerate(text.splitlines())
    )
    assert shown("".join(lines)) == shown(text)


@both_builds
@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("\x1b]0;root@node: ~\x07\x1b[?2004h", "\x1b[?2004l\r"),  # a shell's title, and brackets around what is pasted
        ("\x1b(B\x1b[m", "\x1b(B\x1b[m\r"),  # tput sgr0 of xterm
        ("\x1b[38;2;1;2;3m", "\x1b[0m\x1b[39;49m\x1b[K\r"),
        ("\x1bP1$r0m\x1b\\\x1b=", "\x1b>\r"),  # an answer of the terminal's, its keypad
    ],
    ids=repr,
)
def test_what_a_terminal_is_told_is_no_part_of_a_line(ecm, before, behind):
    """As `script`, `tmux pipe-pane` and `screen -L` keep it."""
    text = run(ecm, "-param", 1, "-c", 6, 2000, numbers=A)
    first, *others = text.splitlines()
    assert shown(
        "".join(f"{line}\n" for line in (f"{before}{first}", *(f"{line}{behind}" for line in others)))
    ) == shown(text)
    assert shown("".join(f"{before}{line}{behind}\n" for line in text.splitlines())) == shown(text)
