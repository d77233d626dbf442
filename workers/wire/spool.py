"""Results on disk, from when they are computed until the coordinator has said that it has them.

Each is one file, written and synced before it is sent anywhere, so that it outlives a worker that is killed; whichever
worker next uses the directory sends it. It carries a key of its own, by which the coordinator recognises it when it is
sent again: the answer to the first time may have been lost. Workers may share a directory, as long as they work for the
same coordinator.
"""

import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import msgspec
import structlog

from workers.held import write_whole

_REFUSED = "refused"

_log = structlog.get_logger(__name__)


class Result(msgspec.Struct, frozen=True):
    """A result that is to be sent.

    Attributes:
        key: unique; sent as Idempotency-Key.
        address: where to, `/api/v1/results/ecm`; it is sent as POST.
        body: JSON, the same bytes each time.
        refusal: why the coordinator did not accept it; empty as long as it has not said.
    """

    key: str
    address: str
    body: msgspec.Raw
    refusal: str = ""


class NotKept(OSError):  # noqa: N818 - says what happened
    """A result can't be written to disk, and goes with the worker unless it is sent.

    Attributes:
        result: what can't.
    """

    def __init__(self, result: Result, trouble: OSError, directory: Path) -> None:
        super().__init__(trouble.errno, trouble.strerror, str(directory))
        self.result = result


class Kept(msgspec.Struct, frozen=True):
    """A result and the file that it is in."""

    path: Path
    result: Result


class Spool:
    """The results that wait in a directory, which is made when there is none.

    Raises:
        OSError: the directory can't be made or written to.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        (directory / _REFUSED).mkdir(parents=True, exist_ok=True)
        numbers = (path.name.partition("-")[0] for path in self._paths())
        self._newest = max((int(number) for number in numbers if number.isdecimal()), default=0)

    def keep(self, address: str, body: object) -> None:
        """Write a result to disk; when this returns, it outlives the worker and the machine's power.

        Raises:
            NotKept: it can't be written.
        """
        result = Result(str(uuid.uuid4()), address, msgspec.Raw(msgspec.json.encode(body)))
        try:
            self._newest = max(time.time_ns(), self._newest + 1)  # also where the clock was set back
            _write(self.directory / f"{self._newest:020}-{result.key}.json", result)
        except OSError as trouble:
            raise NotKept(result, trouble, self.directory) from trouble

    def waiting(self) -> Iterator[Kept]:
        """Return what waits, oldest first; what can't be read, which no crash leaves behind, is set aside."""
        for path in self._paths():
            try:
                yield Kept(path, msgspec.json.decode(path.read_bytes(), type=Result))
            except FileNotFoundError:
                continue  # another worker has sent it
            except msgspec.MsgspecError as damage:
                _log.error("result_damaged", file=str(path), reason=str(damage))
                path.rename(self.directory / _REFUSED / path.name)

    def is_empty(self) -> bool:
        """Tell whether nothing waits."""
        return not self._paths()

    def discard(self, kept: Kept) -> None:
        """Forget a result: the coordinator has it."""
        kept.path.unlink(missing_ok=True)

    def set_aside(self, kept: Kept, refusal: str) -> None:
        """Keep a result, but don't send it again: the coordinator does not accept it. Its file says why."""
        _write(self.directory / _REFUSED / kept.path.name, msgspec.structs.replace(kept.result, refusal=refusal))
        self.discard(kept)

    def _paths(self) -> list[Path]:
        return sorted(self.directory.glob("*.json"))


def _write(path: Path, result: Result) -> None:
    write_whole(path, msgspec.json.encode(result))
