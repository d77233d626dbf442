"""How tasks stand in Valkey, agreed between the coordinator that pushes them and the workers that take them.

There are two streams, for quick tasks and for slow ones, with one consumer group of all workers, and a hash that tells
which worker has a task in its hands. An entry holds one task and is deleted once the coordinator has its result. The log
is the truth: whatever is missing from the streams is pushed again, whatever is finished is removed.
"""

from collections.abc import Mapping

import msgspec

from core.tasks.operations import is_slow

QUICK = "tallystick:tasks:quick"
SLOW = "tallystick:tasks:slow"
STREAMS = (QUICK, SLOW)
GROUP = "workers"
HELD = "tallystick:tasks:held"
"""Hash: task → name of the worker that has it."""
PAUSED = "tallystick:tasks:paused"
"""Hash: `ALL`, or `worker:` and a name → why no tasks are to be taken, or none by that worker."""
ALL = "all"

_encode_args = msgspec.json.Encoder().encode
_decode_args = msgspec.json.Decoder(tuple[str, ...]).decode


def paused_for(worker: str) -> str:
    """Return the field of `PAUSED` that is about one worker."""
    return f"worker:{worker}"


class QueuedTask(msgspec.Struct, frozen=True):
    """A task as it stands in a stream."""

    id: str
    operation: str
    args: tuple[str, ...]

    @property
    def stream(self) -> str:
        """The stream that it belongs to."""
        return SLOW if is_slow(self.operation, self.args) else QUICK

    def fields(self) -> dict[str, str]:
        """Write it as the fields of an entry."""
        return {"task": self.id, "operation": self.operation, "args": _encode_args(self.args).decode()}


def read(fields: Mapping[str, str]) -> QueuedTask:
    """Read the fields of an entry.

    Raises:
        KeyError: a field is missing.
        msgspec.DecodeError: the numbers are no JSON array of text.
    """
    return QueuedTask(fields["task"], fields["operation"], _decode_args(fields["args"]))
