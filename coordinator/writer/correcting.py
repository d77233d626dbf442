"""Recording a correction, and putting the tables that were built with it in the place of the live ones."""

from pathlib import Path

import structlog

from coordinator.failures import logged
from coordinator.log.corrections import Corrections
from coordinator.projecting.folding import fold_log
from coordinator.projecting.opening import StandIn
from coordinator.unavailable import Doubtful
from coordinator.writer.committing import Committer
from coordinator.writer.outcome import Outcome
from coordinator.writer.swapping import take_the_place
from core.considering import Recalled, consider, identified
from core.deciding import Answer, Order
from core.events.envelope import Event
from core.events.log import InDoubt
from projections.runtime.file import ProjectionFile, states
from projections.runtime.projection import Projection

_log = structlog.get_logger(__name__)


def record_correction(
    committer: Committer, order: Order, path: Path, projection: Projection
) -> tuple[Outcome, list[Event]]:
    """Append a correction to the log, and have what was built with it take the live file's place.

    Nothing has happened when it raises, unless that is `Doubtful`; once the log has committed it does not raise, whatever
    comes.

    Args:
        committer: whose thread this is, between two batches.
        order: the correction, worked out up to the log's end.
        path: the file that was built with it, up to the log's end.
        projection: what that holds.

    Returns:
        What became of the order, and the events that were recorded.
    """
    context = committer.contexts[order.command.context]
    fresh = ProjectionFile(path, projection)
    try:
        known = {**states(committer.files), context.name: fresh.state}
        verdict = consider(
            order, identified(order, committer.deciding.clients), context, known, committer.deciding.clients
        )
        assert not isinstance(verdict, Answer), "a correction is recorded or refused"
        if isinstance(verdict, Recalled):
            return committer.deciding.recall(context, verdict.remembered), []
        rows = committer.deciding.stamp(verdict, committer.log.head())
        committer.append(rows)
    except InDoubt as doubt:
        fresh.close()
        _withhold(committer, projection)
        raise Doubtful.because(doubt) from doubt
    except BaseException:
        fresh.close()
        raise
    events = [Event(row, new.fact) for row, new in zip(rows, verdict.events, strict=True)]
    assert context.answer is not None, "it answers corrections"
    outcome = Outcome(context.answer(events, fresh.state), rows[-1].position, rows[-1].hash, repeated=False)
    try:
        committer.reached("after-log-commit")
        _take_along(committer, fresh, rows[-1].position)
        take_the_place(committer, path, projection)
    except Exception as error:  # what it amounts to is built anew from the log, and nothing is decided before
        _log.error("correction_not_shown", position=rows[-1].position, **logged(error))
        _withhold(committer, projection)
    return outcome, events


def _withhold(committer: Committer, projection: Projection) -> None:
    """Have the tables built anew from the log, whatever it holds by then; nothing is decided before."""
    committer.files[projection.name].close()
    committer.files[projection.name] = StandIn(projection, committer.log.head())


def _take_along(committer: Committer, fresh: ProjectionFile, upto: int) -> None:
    """Have a file that was built with a correction stand behind it."""
    try:
        fresh.heed(Corrections(committer.log).newest[fresh.projection.name])
        fold_log(committer.log, [fresh], committer.registry, upto)
    finally:
        fresh.close()
