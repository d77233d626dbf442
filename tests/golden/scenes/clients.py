"""Clients that are forgotten."""

from core.clients.commands import ForgetClient
from core.tasks.commands import SubmitTask
from tests.golden.staging import fresh, leads_to, name


@leads_to("clients.named.v1", "clients.forgotten.v1")
def forget_somebody(office):
    """Somebody does a thing and asks to be forgotten."""
    submitted_by = f"client of event {fresh(office)}"
    office.perform(
        SubmitTask(task=name(office), operation="add", args=("1", "2"), node="here", most_waiting=10**6),
        client=submitted_by,
    )
    client = office.committer.files["clients"].state.number_of(submitted_by)
    office.perform(ForgetClient(client=client), client=None)
