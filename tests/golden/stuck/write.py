"""How the logs beside this file were made, with the version of before: `python tests/golden/stuck/write.py`.

A log that is there is left alone: it can't be made again.
"""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from coordinator.log.exporting import export  # noqa: E402 - the root has to be on the path first
from coordinator.log.snapshot import snapshot  # noqa: E402
from tests.golden.stuck.stories import STORIES  # noqa: E402
from tests.twins.story import Story  # noqa: E402


def main():
    """Tell each story whose log is not there yet, and write the log that it leads to."""
    for name, told in STORIES.items():
        path = Path(__file__).with_name(f"{name}.ndjson")
        if path.exists():
            continue
        with tempfile.TemporaryDirectory() as directory:
            story = Story(directory)
            told(story)
            stopped = story.first.office.committer.files["factoring"].degraded
            log = story.first.office.log
            log.connection.execute("PRAGMA wal_checkpoint")
            with snapshot(log.path) as taken:
                path.write_bytes(b"".join(export(taken)))
            story.close()
        sys.stdout.write(f"{path.name}: {[f'{s.position}: {s.reason}' for s in stopped.values()] or 'goes on'}\n")


if __name__ == "__main__":
    main()
