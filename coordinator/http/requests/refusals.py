"""Refusals that only the door knows; the others stand in `core.refusals`."""

from core.refusals import Later, Refusal


class Unidentified(Refusal):
    """A key is required; send it as Authorization: Bearer, X-API-Key or X-Admin-Key."""

    kind = "unidentified"


class Misdirected(Refusal):
    """The request is for a host that is not this coordinator's."""

    kind = "misdirected"


class WrongMediaType(Refusal):
    """The body is of a media type that is not accepted here."""

    kind = "wrong-media-type"


class TooMany(Later):
    """There were too many requests in too short a time."""

    kind = "too-many"


class Unreachable(Later):
    """Another server that this one needs does not answer."""

    kind = "unreachable"
