"""Random histories of real GMP-ECMs, and what was really run in each: the truth that credit is held against.

A history is drawn from a seed: a program and its options, numbers, bounds, a file that is saved and resumed, an interrupt.
What was run is known from the command and from counting lines in what one program printed, without the reader that is
tested. Then the texts are treated as people and clients treat them: put together, cut anywhere, put into a log.
"""

import re
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

import gmpy2

from tests.real.gmp_ecms import DEBIAN, PROGRAMS, run

_USING = re.compile(r"B1=(?:[0-9]+-)?([0-9]+), B2=(?:[0-9]+-)?([0-9]+),.* sigma=([0-3]):(-?[0-9]+)$", re.MULTILINE)
_NUMBERED = re.compile(r"^Input number is (.*) \([0-9]+ digits\)$")
SMALL = 1_000_000_007


@dataclass(frozen=True)
class Reached:
    """How far a curve was really run."""

    b1: int
    b2: int


@dataclass
class Text:
    """What one program printed, and what it ran on the number that is asked for.

    Attributes:
        printed: all of it.
        ran: for each (parametrisation, sigma), how far.
        curves: how many ECM curves were run on the number, equal ones and those without a sigma included.
        surely: whether all of `ran` has to be credited when the text is whole.
        kind: B1, B2 and parametrisation when all curves have the same, as fields would say them; None otherwise.
        whole: whether the program came to its end.
        mixed: whether it ran curves on other numbers, too.
        says: the command, for the message of a failure.
    """

    printed: str
    ran: dict = field(default_factory=dict)
    curves: int = 0
    surely: bool = True
    kind: tuple | None = None
    whole: bool = True
    mixed: bool = False
    says: str = ""


@dataclass(frozen=True)
class Target:
    """A number, how it is typed, and others that share a run with it."""

    value: int
    spelled: str
    others: tuple


def target(random):
    """A number without factors to be found, with one, or 2^n-1."""
    p, q, r = (int(gmpy2.next_prime(random.randrange(10**low, 10 ** (low + 1)))) for low in (26, 27, 28))
    value, spelled = random.choice(
        [
            (p * q, str(p * q)),
            (p * q, f"({p})*({q})"),
            (p * q * SMALL, str(p * q * SMALL)),
            (p * q * SMALL, f"{p}*{q}*{SMALL}"),
        ]
    )
    return Target(value, spelled, (str(p * r), f"{q}*{r}", str(r * SMALL * 3)))


def text_of(random, of, directory):
    """A run of some kind."""
    version = random.choice([name for name, path in PROGRAMS.items() if path])
    make = random.choice(
        [_plain] * 4 + [_several, _equal, _other_method, _from_somewhere, _resumed, _resumed, _interrupted]
    )
    text = make(random, of, version, PROGRAMS[version], directory)
    return replace(text, says=f"{version} {make.__name__} {text.says}")


def _bounds(random):
    b1 = random.randrange(100, 501)
    spelled = random.choice([str(b1), str(b1), f"{b1}.4", f"{b1 / 100:.2f}e2"])
    b2 = random.choice([None, None, 0, random.randrange(b1 + 1, 60_000)])
    return b1, spelled, b2


def _options(random):
    return random.choice(
        [
            [],
            [],
            [],
            ["-one"],
            ["-v"],
            ["-timestamp"],
            ["-power", "1"],
            ["-dickson", "3"],
            ["-no-ntt"],
            ["-k", "3"],
            ["-q"],
        ]
    )


def _param(random):
    return random.choice([[], ["-param", "0"], ["-param", "1"], ["-param", "2"], ["-param", "3"]])


def _sections(printed, spelled):
    """The parts of what a program printed that are on a number, as it was typed."""
    parts, mine = [], False
    for line in printed.splitlines(keepends=True):
        if numbered := _NUMBERED.match(line):
            mine = numbered[1].replace(" ", "") == spelled
        if mine:
            parts.append(line)
    return "".join(parts)


def _counted(printed, spelled, b1, *, stage_2=True):
    """What was run on a number: the curves whose last stage was reported before the next one began."""
    ran, curves = {}, 0
    for chunk in _sections(printed, spelled).split("Using B1=")[1:]:
        said = _USING.search("B1=" + chunk.partition("\n")[0])
        if said is None:
            continue
        b2 = int(said[2])
        first, second = "Step 1 took" in chunk, "Step 2 took" in chunk
        found = "Factor found in step" in chunk
        if not (second or found or (first and b2 < b1)):
            continue
        curves += 1
        sigma = said[4].removeprefix("-") if said[3] == "1" else said[4]
        ran[int(said[3]), sigma] = Reached(b1, b2 if second and stage_2 and b2 > b1 else 0)
    return ran, curves


def _plain(random, of, _version, ecm, _directory):
    b1, spelled, b2 = _bounds(random)
    options = [
        *_param(random),
        "-c",
        str(random.randrange(1, 7)),
        *_options(random),
        spelled,
        *([] if b2 is None else [str(b2)]),
    ]
    printed = run(ecm, *options, numbers=of.spelled)
    ran, curves = _counted(printed, of.spelled, b1)
    kinds = {(param, true.b1) for (param, _), true in ran.items()}
    kind = (b1, b2, next(iter(kinds))[0]) if len(kinds) == 1 and not {"-k", "-no-ntt"} & set(options) else None
    return Text(printed, ran, curves, kind=kind, whole="-q" not in options, says=" ".join(options))


def _several(random, of, _version, ecm, _directory):
    b1, spelled, b2 = _bounds(random)
    options = [*_param(random), "-c", str(random.randrange(1, 4)), spelled, *([] if b2 is None else [str(b2)])]
    numbers = [of.spelled, *random.sample(of.others, 2)]
    random.shuffle(numbers)
    printed = run(ecm, *options, numbers=numbers)
    ran, curves = _counted(printed, of.spelled, b1)
    return Text(printed, ran, curves, mixed=True, says=f"{' '.join(options)} < {numbers}")


def _equal(random, of, _version, ecm, _directory):
    b1, spelled, b2 = _bounds(random)
    sigma = random.choice(["0:77", "1:78", "1:-79", "3:80", "2:81", "0:123456789012345678901234567890"])
    options = ["-sigma", sigma, "-c", str(random.randrange(1, 5)), spelled, *([] if b2 is None else [str(b2)])]
    printed = run(ecm, *options, numbers=of.spelled)
    ran, curves = _counted(printed, of.spelled, b1)
    return Text(printed, ran, curves, says=" ".join(options))


def _other_method(random, of, _version, ecm, _directory):
    b1, spelled, b2 = _bounds(random)
    options = random.choice([["-pm1"], ["-pp1"], ["-torsion", "Z5", "-sigma", "2"], ["-A", "7", "-x0", "3"]])
    return Text(run(ecm, *options, spelled, *([] if b2 is None else [b2]), numbers=of.spelled), says=f"{options} {b1}")


def _from_somewhere(random, of, _version, ecm, _directory):
    b1, _, b2 = _bounds(random)
    if random.random() < 0.5:
        printed = run(ecm, f"{b1 - 50}-{b1}", *([] if b2 is None else [b2]), numbers=of.spelled)
        return Text(printed, surely=False, says=f"{b1 - 50}-{b1}")
    low, high = b1 + random.randrange(-50, 500), b1 + random.randrange(600, 30_000)
    printed = run(ecm, "-c", 2, b1, f"{low}-{high}", numbers=of.spelled)
    ran, curves = _counted(printed, of.spelled, b1, stage_2=low <= b1)
    return Text(printed, ran, curves, says=f"{b1} {low}-{high}")


def _resumed(random, of, version, ecm, directory):
    """Save with or without -param, perhaps launder, resume to the same bound, a lower or a higher one."""
    b1, _, _ = _bounds(random)
    path = Path(tempfile.mkdtemp(dir=directory), "saved")
    given = random.choice([[], ["-param", "0"], ["-param", "1"], ["-param", "2"], ["-param", "3"], ["-sigma", "0:99"]])
    count = 1 if "-sigma" in given else random.randrange(1, 4)
    clean = str(of.value // SMALL) if of.value % SMALL == 0 else of.spelled
    run(ecm, *given, "-c", count, "-save", path, b1, 0, numbers=clean)
    if random.random() < 0.3:
        again = path.with_name("again")
        run(ecm, "-resume", path, "-save", again, b1, 0)
        path = again
    to, b2 = random.choice([b1, b1, b1 - 30, b1 + 200]), random.choice([None, 0, 20_000])
    printed = run(ecm, "-resume", path, to, *([] if b2 is None else [b2]))
    param = given[1][0] if given else None
    truth = {"0": b1 if version == DEBIAN and to > b1 else max(to, b1)}.get(param, b1 if to <= b1 else None)
    ran, curves = ({}, 0) if truth is None or param is None else _counted(printed, clean, truth)
    if param == "0" and version == DEBIAN and to > b1:
        ran = {curve: Reached(b1, 0) for curve in ran}
    return Text(printed, ran, curves, surely="-sigma" not in given, says=f"{given} saved {b1}, resumed {to} {b2}")


def _interrupted(random, of, _version, ecm, _directory):
    b1, spelled, b2 = _bounds(random)
    options = [*_param(random), "-c", "4000", spelled, *([] if b2 is None else [str(b2)])]
    with subprocess.Popen(
        [ecm, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        process.stdin.write(f"{of.spelled}\n")
        process.stdin.close()
        lines = [process.stdout.readline() for _ in range(random.randrange(3, 30))]
        process.send_signal(random.choice([signal.SIGINT, signal.SIGTERM, signal.SIGKILL]))
        rest = process.stdout.read()
    printed = "".join(lines) + (rest if random.random() < 0.5 else "")
    ran, curves = _counted(printed, of.spelled, b1)
    return Text(printed, ran, curves, says=f"{' '.join(options)}, interrupted")


def treated(random, printed):
    """A text as it may arrive with nothing of it lost."""
    lines = printed.splitlines()
    margin = random.choice(
        [
            None,
            None,
            lambda _: "    ",
            lambda i: f"2026-11-28 12:{i // 60 % 60:02d}:{i % 60:02d},{i % 1000:03d} ",
            lambda i: f"[12:00:{i % 60:02d}] node-7: ",
            lambda i: f"\x1b[3{i % 8}m",
        ]
    )
    if margin:
        return "".join(f"{margin(i)}{line}\n" for i, line in enumerate(lines))
    return random.choice([printed, printed.strip(), "\r\n".join(lines) + "\r\n"])


def cut(random, printed):
    """A part of a text, as clients send it: its first or last characters, or something from its middle."""
    if len(printed) < 2:
        return printed
    low, high = sorted(random.sample(range(len(printed) + 1), 2))
    return random.choice(
        [
            printed[:high],
            f"{printed[:high]}... (truncated",
            f"{printed[:high]}\n... (truncated)",
            printed[low:],
            printed[low:high],
        ]
    )
