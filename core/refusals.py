"""Why a command or a query is turned down.

Each class is one kind of answer; the sentence it carries says what was wrong with which value and what would be
accepted. The HTTP floor maps kinds to status codes; nothing here knows of HTTP.
"""

from typing import ClassVar


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault of the program
    """The request was turned down; nothing was written."""

    kind: ClassVar[str] = "refused"

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or self.__doc__)

    @property
    def sentence(self) -> str:
        """One plain sentence for the one who asked."""
        return str(self)


class BadInput(Refusal):
    """A value is not acceptable."""

    kind = "bad-input"


class Unknown(Refusal):
    """There is no such thing."""

    kind = "unknown"


class Conflict(Refusal):
    """The request contradicts what is already recorded."""

    kind = "conflict"


class Forbidden(Refusal):
    """The caller may not do this."""

    kind = "forbidden"


class TooLarge(Refusal):
    """The request is larger than what is accepted."""

    kind = "too-large"


class Later(Refusal):
    """The same request may succeed later.

    Args:
        sentence: why not now.
        seconds: after how long it is worth another try.
    """

    def __init__(self, sentence: str | None = None, seconds: int = 1) -> None:
        super().__init__(sentence)
        self.seconds = seconds


class Busy(Later):
    """More is waiting already than is accepted."""

    kind = "busy"
