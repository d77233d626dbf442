"""Clients and kinds of work that are paused."""

from core.steering.commands import Pause, Resume
from tests.golden.staging import fresh, leads_to


@leads_to("steering.paused.v1", "steering.resumed.v1")
def pause_clients(office):
    """A kind of work is drained and resumed, and a client is paused who asks for nothing here."""
    office.perform(Pause(target="kind-residues", drains=True, reason="a new version comes"), client=None)
    office.perform(Resume(target="kind-residues"), client=None)
    office.perform(Pause(target=f"client-{fresh(office)}", drains=False, reason="it overheats"), client=None)
