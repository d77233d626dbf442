"""Go through rounds of misfortune until there are so many on record.

    python -m tests.soak 2000               keeps what each round was in results/soak.ndjson
    python -m tests.soak 2000 elsewhere     in elsewhere/soak.ndjson
    python -m tests.soak 2000 beside 100    from stretch 100 on, beside another such call, to go through other ones

A call goes on where the one before it stopped, in the middle of a stretch too: by its data directory and by what the
record says was acknowledged. It ends with 1 at a fault, and leaves the folder of that stretch as it was.
"""

import json
import shutil
import signal
import sys
import traceback
from pathlib import Path
from statistics import median

from tests.seeds import RESULTS, commit
from tests.soak.load import Load, begun, clients
from tests.soak.rounds import check, go_through
from tests.soak.scene import Scene

_STRETCH = 250
_FROM, _LAST = slice(90, 110), slice(-20, None)
"""Around the hundredth round, and the last ones."""
_LONG_SECONDS = 5


class Record:
    """A file with a line for each round; one for each stretch that was checked, or failed."""

    def __init__(self, folder, first):
        self._first = first
        self._path = folder / "soak.ndjson"
        lines = self._path.read_text().splitlines() if self._path.exists() else []
        self.known = [json.loads(line) for line in lines]

    def add(self, **said):
        """Add a line."""
        self.known.append({"commit": commit(), **said})
        with self._path.open("a") as file:
            file.write(json.dumps(self.known[-1]) + "\n")

    @property
    def rounds(self):
        """All rounds but those of stretches that met with a fault: nobody has seen that everything is there after them."""
        faulty = {line["stretch"] for line in self.known if line.get("ended") == "fault"}
        return [line for line in self.known if "round" in line and line["stretch"] not in faulty]

    @property
    def stretch(self):
        """The number of the stretch to go on with."""
        return self._first + sum("ended" in line for line in self.known)

    @property
    def under_way(self):
        """The rounds of that stretch."""
        return [line for line in self.rounds if line["stretch"] == self.stretch]

    @property
    def acknowledged(self):
        """How many things of each kind were in that stretch, when that was written down last."""
        of_it = [
            line["acknowledged"] for line in self.known if line["stretch"] == self.stretch and "acknowledged" in line
        ]
        return of_it[-1] if of_it else []


def main(wanted, folder=RESULTS, first=0):
    """Go on until there are so many rounds; return the exit code."""
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
    folder = Path(folder)
    folder.mkdir(exist_ok=True)
    record = Record(folder, int(first))
    while len(record.rounds) < wanted:
        stretch, place = record.stretch, folder / f"stretch-{record.stretch}"
        try:
            go_on(place, record, wanted)
        except Exception:
            fault = traceback.format_exc()
            record.add(stretch=stretch, ended="fault", fault=fault[-8_000:])
            sys.stdout.write(f"Stretch {stretch} met with a fault, as {place} shows: {fault}\n")
            return 1
        shutil.rmtree(place)
        sys.stdout.write(summary(record) + "\n")
        sys.stdout.flush()
    return 0


def go_on(place, record, wanted):
    """Begin a stretch or go on with it, to its end, and check what has become of it all."""
    gone_through, stretch = len(record.under_way), record.stretch
    scene = Scene(place)
    try:
        known = place / "begun.json"
        if not known.exists():
            known.write_text(json.dumps(begun(scene.coordinator.address)))
        loaders = clients(*json.loads(known.read_text()))
        for client, acknowledged in zip(loaders, record.acknowledged, strict=False):
            client.acknowledged = acknowledged
        with Load([scene.coordinator.address], loaders) as load:
            for number in range(gone_through, min(_STRETCH, gone_through + wanted - len(record.rounds))):
                record.add(stretch=stretch, round=number, **go_through(scene, load, stretch, number))
        record.add(stretch=stretch, sent=True, acknowledged=load.acknowledged())
        check(scene, load)
    finally:
        scene.close()
    record.add(stretch=stretch, ended="whole", acknowledged=load.acknowledged())


def summary(record):
    """Say how all rounds went, and whether memory stayed in the newest stretch."""
    took = [line["recovered_s"] for line in record.rounds]
    slow = [line["slowest_answer_s"] for line in record.rounds]
    newest = [line for line in record.rounds if line["stretch"] == record.stretch - 1]
    held = [median(line["rss_kib"] for line in newest[part] or newest[:1]) for part in (_FROM, _LAST)]
    held_whole = [line["acknowledged"] for line in record.known if line.get("ended") == "whole"]
    return (
        f"{len(took)} rounds, {sum(map(sum, held_whole))} things acknowledged in {len(held_whole)} stretches; "
        f"recovered after {median(took):.2f} s, {max(took):.2f} at worst; slowest answer {max(slow):.2f} s, "
        f"{sum(one > _LONG_SECONDS for one in slow)} above {_LONG_SECONDS} s; "
        f"memory of the last stretch {held[1] / held[0]:.2f} times that at its hundredth round"
    )


if __name__ == "__main__":
    try:
        sys.exit(main(int(sys.argv[1]), *sys.argv[2:]))
    except KeyboardInterrupt:
        sys.exit("\nStopped; the round under way does not count.")
