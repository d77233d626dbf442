"""Items of simulations at the bulk address."""

from coordinator.http.bulk.ingest import Ingest, Item
from coordinator.http.simulations.shapes import Metrics, Number, metrics_of
from coordinator.setup.settings import Settings
from core.simulations.commands import RecordPoint
from core.timestamps import from_iso


class RecordedPoint(Item, frozen=True, kw_only=True):
    """A loss, the time that it belongs to (without one, that of its recording), and what else was measured, by name."""

    simulation_id: Number
    loss_value: float
    timestamp: str | None = None
    metrics: Metrics | None = None


def record(item: RecordedPoint, _: Settings) -> RecordPoint:
    """Read a point."""
    at = None if item.timestamp is None else from_iso(item.timestamp, "timestamp")
    return RecordPoint(
        simulation=item.simulation_id, loss=item.loss_value, at=at, metrics=metrics_of(item.metrics or {})
    )


INGESTS = (Ingest("simulations.point_recorded", RecordedPoint, record, "submit"),)
