"""Contexts of which nothing is shown and nothing recorded yet: their projections are being built anew.

A coordinator that finds projections of another version, or none, beside a long log serves at once whatever it can. What
it can't is refused with a sentence until the new file is there: a decision on half a state would be wrong for ever.
"""

from asyncio import CancelledError
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from coordinator.files.unusable import words_of
from coordinator.processes.progress import Progress
from coordinator.unavailable import Unavailable
from core.wording import whole

_BEGINNING = "it is about to begin"


class Withheld:
    """The contexts that wait for their projections, and how far those are.

    Args:
        names: of the contexts that have none at the start.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._sentences = {name: _anew(name, _BEGINNING) for name in names}
        self._since: dict[str, int] = {}
        self.unfinished: set[str] = set()

    def __contains__(self, name: object) -> bool:
        return name in self._sentences

    def __bool__(self) -> bool:
        """Tell whether any context waits."""
        return bool(self._sentences)

    @property
    def sentences(self) -> dict[str, str]:
        """Why each of them waits, by name."""
        return dict(self._sentences)

    def refusal(self, name: str) -> Unavailable | None:
        """Return what whoever asks a context for anything is told, None when it is served."""
        sentence = self._sentences.get(name)
        return None if sentence is None else Unavailable(sentence)

    def withhold(self, name: str) -> None:
        """Serve a context no longer: a correction was recorded, and its projections are not there yet."""
        self.unfinished.add(name)
        self.replace(name)

    def replace(self, name: str) -> None:
        """Serve a context no longer: its projections are damaged, or gone."""
        self._sentences[name] = _anew(name, _BEGINNING)

    def progressed(self, name: str, progress: Progress) -> None:
        """Take note of how far the new projections of a context are."""
        if name in self._sentences:
            self._sentences[name] = _anew(name, f"{whole(progress.done)} of {whole(progress.total)} events are in them")

    @contextmanager
    def attempt(self, name: str) -> Iterator[None]:
        """Have a context that still waits after an attempt to build its projections say why, and no longer at the next."""
        if name in self._sentences:
            self._sentences[name] = _anew(name, _BEGINNING)
        try:
            yield
        except BaseException as error:
            if name in self._sentences:
                self._sentences[name] = (
                    f"Nothing of {name} is shown or recorded just now: its projections have to be built anew, and that"
                    f" failed ({'it was cancelled' if isinstance(error, CancelledError) else words_of(error)});"
                    f" POST /api/v1/admin/projections/{name}/rebuild begins it again."
                )
            raise

    def release(self, name: str, moment: int) -> None:
        """Serve a context from now on, microseconds UTC; one that was served already goes on as before."""
        self.unfinished.discard(name)
        if self._sentences.pop(name, None) is not None:
            self._since[name] = moment

    def copy(self, sentences: Mapping[str, str]) -> None:
        """Withhold what another process does, for the same reasons."""
        self._sentences = dict(sentences)

    def served_since(self, name: str, started_at: int) -> int:
        """Return since when a context is served, given when the coordinator started; both microseconds UTC."""
        return self._since.get(name, started_at)


def _anew(name: str, progress: str) -> str:
    return f"Nothing of {name} is shown or recorded just now: its projections are being built anew from the log, and {progress}; try again later."
