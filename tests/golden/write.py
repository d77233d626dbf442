"""Append to the golden log what it lacks, and write down anew which tables it leads to.

    python tests/golden/write.py

Events and shapes that stand there already are never changed: a log holds its events for ever. A new type of event needs a
scene in `tests/golden/scenes/` that leads to it. After a conflict in these files, take theirs and run this again.
"""

import json
import sys

from coordinator.auditing.exporting import export
from coordinator.log.prefix import log_prefix
from tests.golden.golden import (
    LOG,
    SHAPES,
    TABLES,
    VERSIONS,
    changed_shapes,
    kept_shapes,
    kept_versions,
    played,
    shapes,
    tables_of,
    types_in_the_log,
    unraised,
    versions,
)
from tests.golden.scenes import scenes_for
from tests.golden.staging import SCENES


def main() -> None:
    """Write what is missing, or say why not."""
    changed = changed_shapes() + unraised(kept_versions(), versions())
    known = shapes()
    without = sorted(known.keys() - types_in_the_log() - SCENES.keys() - {"log.opened.v1"})
    if without:
        changed.append(f"No scene in tests/golden/scenes/ leads to {', '.join(without)}; write one.")
    if changed:
        sys.exit("\n".join(changed))
    with played() as office:
        for scene in scenes_for(known.keys() - types_in_the_log()):
            scene(office)
        recorded = {row.type for row in office.log.read(0, office.log.head().position)}
        if missed := sorted(known.keys() - recorded):
            sys.exit(f"The scenes did not lead to {', '.join(missed)}; nothing was written.")
        TABLES.mkdir(exist_ok=True)
        for context in office.committer.files:
            (TABLES / f"{context}.txt").write_text(tables_of(office, context))
        office.log.connection.execute("PRAGMA wal_checkpoint")
        with log_prefix(office.log.path) as taken:
            LOG.write_bytes(b"".join(export(taken)))
    kept = known | kept_shapes()
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(kept[name])}" for name in sorted(kept))
    SHAPES.write_text(f"{{\n{lines}\n}}\n")
    VERSIONS.write_text(json.dumps(versions(), indent=1) + "\n")
    sys.stdout.write(f"{LOG.name} holds events of {len(types_in_the_log())} types.\n")


if __name__ == "__main__":
    main()
