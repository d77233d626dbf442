"""Keys, invitations, and who is who."""

from core.access.commands import (
    AcceptInvitation,
    AttributeKeys,
    CreateKey,
    GiveName,
    Invite,
    Labelled,
    MergeClients,
    MergeUsers,
    NoteUses,
    PartClients,
    PartUsers,
    RevokeKey,
    WithdrawInvitation,
)
from core.clients.commands import ForgetUser, RenameClient, RenameUser
from core.tasks.commands import SubmitTask
from core.timestamps import SECOND
from projections.access.state import keys
from tests.golden.staging import claim, fresh, leads_to, name


@leads_to("access.key_created.v2", "access.key_revoked.v1", "access.keys_used.v1")
def hand_out_a_key(office):
    """A key is made for a while, used, and taken back."""
    digest, expires_at = f"{fresh(office):064x}", office.now + 10**6 * SECOND
    command = CreateKey(hash=digest, roles=("work", "read"), label="the box", expires_at=expires_at)
    made = office.perform(command, client=None)
    office.perform(NoteUses(uses=((made.key, office.now),)), client=None)
    office.perform(RevokeKey(key=made.key), client=None)


@leads_to("access.key_given.v1")
def give_a_key_of_before_to_a_user(office):
    """A key from before there were users is given to one that is called as its label says."""
    old = [key for key in keys(office.committer.files["access"].connection) if not key.user]
    labelled = [Labelled((key.id,), claim(office, key.label)) for key in old[:1]]
    office.perform(AttributeKeys(labelled=labelled, used=[(f"key-{key.id}", 1) for key in old[:1]]), client=None)


@leads_to("access.invited.v1", "access.invitation_withdrawn.v1")
def invite_somebody(office):
    """Of two invitations one is used, the other withdrawn."""
    for wanted in ("used", "withdrawn"):
        digest, until = f"{fresh(office):064x}", office.now + 10**6 * SECOND
        invite = Invite(hash=digest, roles=("work",), expires_at=until, label=wanted, name=claim(office, "guest"))
        made = office.perform(invite, client=None)
        if wanted == "used":
            office.perform(AcceptInvitation(invitation=digest, hash=f"{fresh(office):064x}"), client=None)
        else:
            office.perform(WithdrawInvitation(invitation=made.invitation), client=None)


@leads_to(
    "access.name_taken.v1",
    "access.name_given.v1",
    "access.users_merged.v1",
    "access.users_parted.v1",
    "access.clients_merged.v1",
    "access.clients_parted.v1",
    "clients.renamed.v1",
    "clients.user_named.v1",
    "clients.user_renamed.v1",
    "clients.user_forgotten.v1",
)
def tell_who_is_who(office):
    """Two users go by names, which are given, renamed and merged; one of the users is forgotten."""
    numbers, called = [], []
    for _ in range(2):
        digest = f"{fresh(office):064x}"
        made = office.perform(CreateKey(hash=digest, roles=("work",), name=claim(office, "person")), client=None)
        called.append(f"name of event {fresh(office)}")
        task = SubmitTask(task=name(office), operation="add", args=("1", "2"), node="here", most_waiting=10**6)
        office.perform(task, client=called[-1], actor=f"key-{made.key}")
        numbers.append(office.committer.files["clients"].state.number_of(called[-1]))
    access = office.committer.files["access"].state
    one, other = (next(iter(access.stated_holders(number))) for number in numbers)
    for command in (
        GiveName(client=numbers[0], users=(one, other)),
        RenameClient(client=numbers[0], name=claim(office, "shown")),
        MergeClients(client=numbers[0], into=numbers[1]),
        MergeUsers(user=one, into=other),
        RenameUser(user=other, name=claim(office, "called")),
        PartClients(client=numbers[0]),
        PartUsers(user=one),
        ForgetUser(user=one, merged=(), clients=()),
    ):
        office.perform(command, client=None)
