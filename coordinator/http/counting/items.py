"""Items of counting at the bulk address."""

from coordinator.http.bulk.ingest import Ingest, Item
from coordinator.http.requests.parameters import CpuSeconds
from coordinator.setup.settings import Settings
from core.counting.commands import ReportCount


class CountedChunk(Item, frozen=True, kw_only=True):
    """A chunk that was counted: pi(a - 1) and pi(b) for its ends a and b."""

    job_id: str
    chunk: int
    pi_before: int
    pi_last: int
    cpu_seconds: CpuSeconds = 0.0


def report(item: CountedChunk, _: Settings) -> ReportCount:
    """Read a counted chunk."""
    return ReportCount(
        job=item.job_id,
        chunk=item.chunk,
        before=item.pi_before,
        last=item.pi_last,
        cpu_milliseconds=round(item.cpu_seconds * 1000),
    )


INGESTS = (Ingest("counting.chunk_counted", CountedChunk, report, "work"),)
