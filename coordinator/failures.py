"""How the log tells of what failed: of what lies outside of the program why, of a fault of the program also where."""

from coordinator.files.unusable import shortage_of, words_of
from coordinator.unavailable import Unavailable
from projections.runtime.disk import the_disk_failed


def logged(error: BaseException) -> dict[str, object]:
    """Return what a log line says of an error: of what lies outside of the program, as a full disk does, no traceback."""
    outside = isinstance(error, OSError | MemoryError | Unavailable) or the_disk_failed(error)
    return {"reason": words_of(error)} if outside or shortage_of(error) else {"exc_info": error}
