"""Summaries of agents."""

import msgspec

from core.federation.commands import PushSummary, ResetMerge
from core.federation.summary import StatedSummary, summary_of
from tests.golden.staging import fresh, leads_to


@leads_to("federation.summary_pushed.v1", "federation.summary_part.v1", "federation.merge_reset.v1")
def tell_summaries(office):
    """A small summary, one that takes several events, and a new start."""
    more = {"metadata": msgspec.Raw(b'{"version":"1.0"}')}
    small = StatedSummary(f"agent {fresh(office)}", "2026-01-01", {"primes": 3}, ["f1", "f2"])
    office.perform(PushSummary(summary_of(small, more)), client=None)
    office.perform(ResetMerge(), client=None)
    large = StatedSummary(f"agent {fresh(office)}", "2026-01-02", {}, [f"{i:0>250}" for i in range(250)])
    office.perform(PushSummary(summary_of(large, {})), client=None)
