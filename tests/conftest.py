"""What every test shares."""

import os
import random
import shutil
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from tests import log_lines
from tests.profiles import SUITE

# Where Python may not keep what it has compiled, every process that a test starts would compile everything again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# No test cuts the power, so none has to wait for a disk; a full run writes some hundred megabytes.
_MEMORY, _ENOUGH_BYTES = Path("/dev/shm"), 4 * 1024**3
if (
    "TMPDIR" not in os.environ
    and os.access(_MEMORY, os.W_OK)
    and shutil.disk_usage(_MEMORY).free > _ENOUGH_BYTES
    and not os.statvfs(_MEMORY).f_flag & os.ST_NOEXEC
):
    os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)

settings.load_profile(SUITE)
log_lines.keep_short()


SHARING = ("tests/browser", "tests/coordinator/http/federation", "tests/coordinator/http/simulations")
"""Folders whose tests share a coordinator; all others share no more than a file's do."""
LONGEST = ("tests/browser", "tests/system", "tests/workers")
"""Folders to begin with, and in them the files with tests that are marked as slow."""


class Sharing(LoadScopeScheduling):
    """Gives tests that share something to one process, which sets it up once."""

    def _split_scope(self, nodeid):
        return next((folder for folder in SHARING if nodeid.startswith(f"{folder}/")), nodeid.partition("::")[0])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Take the place of `--dist loadfile`, which would start what a folder shares in every process."""
    return Sharing(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection_modifyitems(items):
    """Begin with what takes long: begun last, it would keep one process busy while the others have nothing left."""

    def rank(item):
        folder = next((n for n, folder in enumerate(LONGEST) if item.nodeid.startswith(folder)), len(LONGEST))
        return folder, item.get_closest_marker("slow") is None

    items.sort(key=rank)


@pytest.fixture
def chance(request):
    """Random numbers, the same in every run; other ones with each seed of `make seeds`."""
    return random.Random(f"{request.config.getoption('--hypothesis-seed')} {request.node.name}")


@pytest.fixture
def office(tmp_path):
    """A coordinator's writer without its thread and its HTTP, at work in the test's directory."""
    from tests.office import Office  # noqa: PLC0415 - most tests need none

    with closing(Office(tmp_path)) as office:
        yield office


@pytest.fixture(scope="session")
def postgres():
    """Return a PostgreSQL server for all tests of this process; each makes a database of its own."""
    from tests.real.postgreses import PostgresProcess  # noqa: PLC0415 - most runs need none

    server = PostgresProcess()
    try:
        yield server.start()
    finally:
        server.close()
