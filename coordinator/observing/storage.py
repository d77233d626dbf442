"""The room that the data directory takes, and what is left beside it."""

import shutil
from pathlib import Path

from coordinator.node import Node


def free_bytes(node: Node) -> int:
    """Return how much room is left where the data are; where they are gone, there is none."""
    try:
        return shutil.disk_usage(node.directory).free
    except FileNotFoundError:
        return 0


def wal_bytes(node: Node) -> dict[str, int]:
    """Return the size of each database's write-ahead log, by the database's name."""
    databases = (node.log.path, *(node.directory / "projections").glob("*.db"))
    return {path.stem: size_of(path.with_name(f"{path.name}-wal")) for path in databases}


def size_of(path: Path) -> int:
    """Return the size of a file, 0 when it is not there."""
    return path.stat().st_size if path.exists() else 0
