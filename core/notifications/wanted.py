"""Types of events that subscriptions take."""

from collections.abc import Collection, Sequence

from core.notifications.events import AlarmCleared, AlarmRaised
from core.refusals import BadInput
from core.wording import shortened

OWN = "notifications."
ALARMS = frozenset({AlarmRaised.type, AlarmCleared.type})


def deliverable(event_type: str) -> bool:
    """Tell whether an event may be delivered: one about a delivery would lead to a delivery of its own for ever."""
    return not event_type.startswith(OWN) or event_type in ALARMS


def takes(types: Sequence[str], event_type: str) -> bool:
    """Tell whether a subscription to some types takes an event of a type."""
    return deliverable(event_type) and (not types or any(f"{event_type}.".startswith(f"{one}.") for one in types))


def check_types(types: Sequence[str], known: Collection[str]) -> tuple[str, ...]:
    """Return the types that somebody asks for, each once.

    Raises:
        BadInput: no event is of such a type, or none of such a type is delivered.
    """
    wanted = tuple(dict.fromkeys(types))
    for one in wanted:
        if not any(takes([one], event_type) for event_type in known):
            about = " that is delivered: events about deliveries are not" if one.startswith(OWN[:-1]) else ""
            raise BadInput(
                f"{shortened(one)!r} is not a type of event{about}; a type such as factoring.factor_found.v1 is accepted, and the"
                " first words of one, such as factoring.factor_found or factoring."
            )
    return wanted
