"""The notary of a running coordinator: it signs where the log ends, and proves what is in it."""

import threading
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import TypeVar

import structlog

from coordinator.failures import logged
from coordinator.heads import book, proving
from coordinator.heads.book import HeadBook, NotAHead
from coordinator.heads.holding import NotHeld, require_held
from coordinator.heads.signing import KeyUnreadable, kept_signing_key
from coordinator.heads.tree import TREE_FILE, TreeFile
from coordinator.log.prefix import LogPrefix
from coordinator.log.sqlite import NotALog, SqliteEventLog
from core.events import merkle
from core.events.heads import HEAD_FORMAT, ConsistencyProof, InclusionProof, SignedHead, UnsignedHead
from core.events.merkle import NotProved
from core.refusals import BadInput, Busy, Unknown
from core.timestamps import SECOND, from_iso, to_iso

INTERVAL = 60 * SECOND
_STEP = 100_000
"""Events whose hashes are added to the tree at a time; it takes a third of a second."""

_log = structlog.get_logger(__name__)
T = TypeVar("T")


class Notary:
    """Signs heads and proves against them; safe to use from several threads.

    A head is signed once a minute when the log has grown, when somebody asks about events that no head covers yet,
    and at an orderly stop; never twice at the same position.

    Args:
        directory: the data directory, whose log is open for writing already.

    Raises:
        NotALog: a head was signed for another log than the one that stands there, or for more of it.
        KeyUnreadable: `signing.key` is lost, is none, or another one than that which signed the newest head.
    """

    def __init__(self, directory: Path) -> None:
        self._lock = threading.Lock()
        self._log = SqliteEventLog(directory / "log.db", read_only=True)
        self._id = LogPrefix(self._log, self._log.head()).id
        self._book = HeadBook(directory / book.FILE)
        try:
            newest = self._book.newest()
            if newest is not None:
                require_held(LogPrefix(self._log, self._log.head()), newest)
            self.key = kept_signing_key(directory, signed=newest.key if newest is not None else "")
        except KeyUnreadable:
            self._book.close()
            self._log.close()
            raise
        except (NotAHead, NotHeld) as met:
            self._book.close()
            self._log.close()
            raise NotALog(f"{met} Put back what belongs together, or take {self._book.path} away.") from None
        projections = directory / "projections"
        projections.mkdir(exist_ok=True)
        self._tree = TreeFile(projections / TREE_FILE)
        # What came after the newest head may not have reached the disk whole.
        self._tree.cut(newest.position if newest is not None and proving.fits(self._tree, newest) else 0)

    def tend(self, moment: int) -> bool:
        """Let the tree follow the log for some way, and sign when it is there and it is time to.

        Args:
            moment: microseconds UTC.

        Returns:
            Whether the tree is there; else it wants to be tended again at once.
        """
        with self._lock:
            end = self._log.refresh().position
            proving.grow(self._tree, self._log, min(end, self._tree.size + _STEP))
            if self._tree.size < end:
                return False
        newest = self._book.newest()
        since = INTERVAL if newest is None else moment - from_iso(newest.signed_at)
        if not 0 <= since < INTERVAL:  # a clock may be set back
            self.sign(moment)
        return True

    def sign(self, moment: int) -> SignedHead:
        """Sign where the log ends, unless that is done; return the newest head.

        Raises:
            Busy: the tree is being built anew.
        """
        with self._lock:
            end = self._log.refresh()
            newest = self._book.newest()
            if newest is not None and newest.position == end.position:
                return newest
            self._reach(end.position)
            unsigned = UnsignedHead(
                format=HEAD_FORMAT,
                log=self._id,
                position=end.position,
                hash=end.hash.hex(),
                root=merkle.root(end.position, self._tree.node).hex(),
                signed_at=to_iso(moment),
            )
            head = self.key.sign(unsigned)
            self._book.add(head)
            return head

    def _reach(self, position: int) -> None:
        """Let the tree grow up to a position, when that is near; nobody waits while a whole log is hashed."""
        if position - self._tree.size > _STEP:
            raise Busy(
                f"The tree over the log is being built anew, {self._tree.size} of {position} events so far; try again"
                " later."
            )
        proving.grow(self._tree, self._log, position)

    def heads(self, after: int, limit: int) -> list[SignedHead]:
        """Return heads at later positions, in their order."""
        return list(islice(self._book.after(after), limit))

    @property
    def log_id(self) -> str:
        """The random id of the log."""
        return self._id

    def keys_since(self, position: int) -> frozenset[str]:
        """Return the keys that may have signed something when the log ended at a position: the one of then, and that of now."""
        return frozenset({self.key.public, *(head.key for head in self.heads(position - 1, 1))})

    def signed_at(self) -> int | None:
        """Return when the newest head was signed, microseconds UTC; None for never."""
        newest = self._book.newest()
        return None if newest is None else from_iso(newest.signed_at)

    def newest(self, moment: int) -> SignedHead:
        """Return the newest head; the first is signed when somebody asks."""
        return self._book.newest() or self.sign(moment)

    def head_at(self, position: int) -> SignedHead:
        """Return the head that was signed at a position.

        Raises:
            Unknown: none was.
        """
        head = self._book.at(position)
        if head is None:
            following = next(self._book.after(position), None)
            instead = f"the next one after it is at {following.position}" if following else "nor later"
            raise Unknown(f"No head was signed at {position}, {instead}; /api/v1/heads lists them.")
        return head

    def covering(self, position: int, moment: int) -> SignedHead:
        """Return the newest head; one is signed when there is none yet under which an event is.

        Raises:
            Unknown: there is no such event.
        """
        newest = self._book.newest()
        if newest is None or newest.position < position:
            newest = self.sign(moment)
        if newest.position < position:
            raise Unknown(f"There is no event {position}; the log ends at {newest.position}.")
        return newest

    def prove_inclusion(self, position: int, head: SignedHead) -> InclusionProof:
        """Show that an event is in the log under a head.

        Raises:
            BadInput: it was recorded after the head was signed.
            Busy: the tree is being built anew.
        """
        if position > head.position:
            raise BadInput(f"Event {position} was recorded after the head at {head.position}; a later head is needed.")
        return self._proved(head, lambda: proving.prove_inclusion(self._log, self._tree, position, head))

    def prove_consistency(self, first: SignedHead, second: SignedHead) -> ConsistencyProof:
        """Show that the log under one head goes on as the log under a later one.

        Raises:
            BadInput: the second is not the later one.
            Busy: the tree is being built anew.
        """
        if first.position > second.position:
            raise BadInput(
                f"The head at {first.position} is later than the one at {second.position}; the earlier comes first."
            )
        return self._proved(second, lambda: proving.prove_consistency(self._tree, first, second))

    def _proved(self, head: SignedHead, prove: Callable[[], T]) -> T:
        """Make a proof; a tree that does not lead to what was signed is damaged, and is built anew."""
        with self._lock:
            self._reach(head.position)
            try:
                return prove()
            except NotProved as error:
                _log.warning("tree_discarded", reason=str(error))
                self._tree.cut(0)
                self._reach(head.position)
                return prove()

    def close(self, moment: int) -> None:
        """Sign where the log ends now that nothing more is written, and close the files."""
        try:
            self.sign(moment)
        except Busy as met:  # the next start goes on with it
            _log.info("last_head_not_signed", reason=met.sentence)
        except Exception as error:  # the next start signs
            _log.error("last_head_not_signed", **logged(error))
        self._tree.close()
        self._book.close()
        self._log.close()
