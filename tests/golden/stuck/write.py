"""How the logs beside this file were made, with the version of before: `python tests/golden/stuck/write.py`.

A log that is there is left alone: it can't be made again.
"""

import sys
import tempfile
from pathlib import Path

from coordinator.auditing.exporting import export
from coordinator.log.prefix import log_prefix
from tests.golden.stuck.stories import STORIES
from tests.twins.story import Story


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
            with log_prefix(log.path) as taken:
                path.write_bytes(b"".join(export(taken)))
            story.close()
        sys.stdout.write(f"{path.name}: {[f'{s.position}: {s.reason}' for s in stopped.values()] or 'goes on'}\n")


if __name__ == "__main__":
    main()
