"""Put in whatever may come until so many inputs are on record.

    python -m tests.fuzz 1000000               keeps what became of them in results/fuzz.ndjson
    python -m tests.fuzz 1000000 elsewhere     in elsewhere/fuzz.ndjson

In each turn every reader of texts is given some thousand, and a coordinator is asked some thousand times: whatever its
description allows, at every address and in every role, and texts by every way in. A call goes on with the turn after the
last one. It ends with 1 when anything was a fault.
"""

import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from hypothesis import settings

from tests.fuzz.asking import ask_as_described, asking, hand_in_texts
from tests.fuzz.readers import READERS, Given
from tests.fuzz.trying import some
from tests.seeds import RESULTS, commit

_OF_A_READER, _AT_AN_ADDRESS, _BY_A_WAY_IN = 400, 4, 300
_PASSES = 3
"""So often is a coordinator asked all of it; what it holds after the first is compared with what it holds at the end."""


def main(wanted, folder=RESULTS):
    """Go on until there are so many inputs; return the exit code."""
    settings.load_profile("shared")
    folder = Path(folder)
    folder.mkdir(exist_ok=True)
    record = folder / "fuzz.ndjson"
    known = [json.loads(line) for line in record.read_text().splitlines()] if record.exists() else []
    turn = max((line["turn"] for line in known), default=-1) + 1
    faulty = False
    while sum(line["inputs"] for line in known) < wanted:
        for line in of_a_turn(turn):
            known.append({"commit": commit(), "turn": turn, **line})
            with record.open("a") as file:
                file.write(json.dumps(known[-1]) + "\n")
            faulty = faulty or bool(line["faults"])
        sys.stdout.write(f"{summary(known)}\n")
        sys.stdout.flush()
        turn += 1
    return int(faulty)


def of_a_turn(turn):
    """Yield what became of the inputs of each kind in a turn, which is the same whenever it is taken."""
    for name, (grammar, read) in READERS.items():
        began = time.monotonic()
        done = Given().take(grammar, read, some(_OF_A_READER, turn))
        yield _line(name, done.inputs, began, done)
    with tempfile.TemporaryDirectory() as directory, asking(Path(directory) / "data") as asked:
        held = []
        for number in range(_PASSES * turn, _PASSES * (turn + 1)):
            for name, ask, examples in (
                ("requests", ask_as_described, _AT_AN_ADDRESS),
                ("texts", hand_in_texts, _BY_A_WAY_IN),
            ):
                began, before = time.monotonic(), asked.statuses.total()
                ask(asked, some(examples, number))
                inputs = asked.statuses.total() - before
                held.append(asked.rss_kib)
                yield _line(f"{name} to a coordinator", inputs, began, asked, rss_kib=held[-1])
                asked.faults, asked.slowest = [], 0.0
        began = time.monotonic()
        try:
            asked.assert_sound(held[1])
        except AssertionError as fault:
            asked.faults = [str(fault)]
        yield _line("what became of a coordinator", 0, began, asked, rss_kib=held[-1])


def _line(name, inputs, began, done, **more):
    """Return a line of the record; of faults that are many, the first."""
    seconds = round(time.monotonic() - began, 1)
    faults = json.loads(json.dumps(done.faults[:20], default=repr))
    return {
        "of": name,
        "inputs": inputs,
        "seconds": seconds,
        "slowest_s": round(done.slowest, 3),
        "faults": faults,
        **more,
    }


def summary(known):
    """Say how many inputs there were, by kind, and how they went."""
    inputs = Counter()
    for line in known:
        inputs[line["of"]] += line["inputs"]
    slowest = max(known, key=lambda line: line["slowest_s"])
    return (
        f"{inputs.total()} inputs ({', '.join(f'{count} {name}' for name, count in inputs.items())}), "
        f"{sum(len(line['faults']) for line in known)} faults; "
        f"the slowest took {slowest['slowest_s']} s, among the {slowest['of']}"
    )


if __name__ == "__main__":
    try:
        sys.exit(main(int(sys.argv[1]), *sys.argv[2:]))
    except KeyboardInterrupt:
        sys.exit("\nStopped; the part under way does not count.")
