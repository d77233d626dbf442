"""What the data directory takes and what is left beside it."""

import shutil
from pathlib import Path

from coordinator.house import House


def free_bytes(house: House) -> int:
    """Return how much room is left where the data are."""
    return shutil.disk_usage(house.directory).free


def wal_bytes(house: House) -> dict[str, int]:
    """Return the size of each database's write-ahead log, by the database's name."""
    databases = (house.log.path, *(house.directory / "projections").glob("*.db"))
    return {path.stem: _size(path.with_name(f"{path.name}-wal")) for path in databases}


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
