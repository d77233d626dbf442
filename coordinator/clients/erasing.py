"""Destroying the keys of clients that were forgotten, and every byte of their names.

What is recorded comes first, what is destroyed second; a coordinator that dies between the two goes on at its next
start. So nothing has to be undone, and no name outlives the record of its being forgotten.
"""

from coordinator.sealing import SealingKeys
from coordinator.writer.committing import Committer
from projections.clients.state import forgotten_seals
from projections.runtime.scrubbing import scrub


def destroy_keys(committer: Committer, sealing: SealingKeys) -> None:
    """Destroy the keys of all clients that were forgotten, and what deleted rows leave of their names.

    The writer's thread does this between two batches, or whoever opens the files before that has begun.

    Raises:
        StillRead: another program reads one of the files; asking again later, or the next start, goes on.
    """
    connection = committer.files["clients"].connection
    doomed = sealing.kept(forgotten_seals(connection))
    if doomed:
        scrub(connection)
        sealing.destroy(doomed)
