"""Sessions with the database that holds the shared log, each begun with the password that is right just then."""

from collections.abc import Callable

from coordinator.log.session import Session, SessionLost, without_password
from coordinator.pen.pen import Database
from core.refusals import BadInput


def session_with(database: Database, lost: Callable[[str], None] = lambda _reason: None) -> Session:
    """Begin a session.

    Whoever changes the password in PostgreSQL writes the new one into the file that holds it; so it is read every time.

    Args:
        database: where the shared log is.
        lost: as `Session` tells it.

    Raises:
        SessionLost: PostgreSQL can't be reached, or the password can't be read.
        NotShared: the database can't be used; says why.
    """
    try:
        password = None if database.password is None else database.password()
    except BadInput as refusal:
        raise SessionLost(refusal.sentence.removesuffix("."), certain=True) from refusal
    return Session(without_password(database.address), password, lost)
