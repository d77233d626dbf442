"""When what is left is done, in words."""

from datetime import timedelta

from coordinator.explaining.finishing import Finish
from coordinator.pages.rendering import filters
from core.timestamps import EPOCH, SECOND
from core.wording import HARD, rate

_SHORT = 2 * 86_400 * SECOND
_FAR = 20 * 365 * 86_400 * SECOND


def done_at(finish: Finish, now: int) -> str:
    """Return when work is done at the pace of the last day, and its spread; what is soon by how long it takes, else by dates."""
    if not finish.left_milliseconds:
        return "every number is factored or at its target"
    if finish.cores is None:
        return "when it will be done can be told after a few minutes of work"
    if finish.likely is None or finish.earliest is None:
        return "no curves in the last day"
    last = "day" if finish.seen is None else filters.span(finish.seen)
    pace = f"at the pace of the last {last}, {rate(finish.cores)}{HARD}{'core' if finish.cores == 1 else 'cores'}"
    if finish.earliest - now > _FAR:
        return f"not done within 20{HARD}years {pace}"
    short = (finish.latest or finish.likely) - now < _SHORT
    likely, first = (_said(moment, now, short=short) for moment in (finish.likely, finish.earliest))
    latest = (
        "much later" if finish.latest is None or finish.latest - now > _FAR else _said(finish.latest, now, short=short)
    )
    about = f"in {likely}" if short else f"about {likely}"
    return f"done {about}, {'in ' if short else ''}{first} to {latest}, {pace}"


def _said(moment: int, now: int, *, short: bool) -> str:
    if short:
        return filters.span(moment - now)
    return filters.date(EPOCH + timedelta(microseconds=moment), EPOCH + timedelta(microseconds=now))
