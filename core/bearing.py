"""How much at a time a machine bears."""

from core.refusals import BadInput
from core.wording import count_of

_MOST_PER_PROCESSOR = 8
"""A worker takes some 90 MB, a computation a thread and a process or two: thousands take down a machine before anybody could
end them."""


def check_bearable(name: str, count: int, processors: int, *, least: int) -> None:
    """Refuse more of what runs at a time than a machine with so many processors bears.

    Args:
        name: of what was asked for, as it was asked for.
        count: how many.
        processors: that the machine has.
        least: how few are accepted.

    Raises:
        BadInput: there are too many.
    """
    most = processors * _MOST_PER_PROCESSOR
    if count > most:
        here = count_of(processors, "processor")
        raise BadInput(f"{name} is {count}, and this machine has {here}; {least} to {most} are accepted here.")
