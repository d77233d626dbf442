"""Users, keys and names in examples: given what is known, when somebody wants this, then that."""

import pytest
from msgspec import Struct
from msgspec.structs import replace

from core.access.answers import InvitationAnswer, Noted
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
    RenewKey,
    RevokeKey,
    WithdrawInvitation,
)
from core.access.decide import ACCESS
from core.access.events import (
    ClientsMerged,
    ClientsParted,
    InvitationWithdrawn,
    Invited,
    KeyCreated,
    KeyGiven,
    KeyRevoked,
    KeysUsed,
    NameGiven,
    NameTaken,
    UsersMerged,
    UsersParted,
)
from core.access.state import Invitation, Key
from core.access.users import UNNUMBERED, take_name
from core.clients.events import UserNamed
from core.deciding import Answer, Asking, ClientClaim
from core.refusals import BadInput, Conflict, Forbidden, Refusal, Unknown

NOW = 1_790_000_000_000_000
LATER = NOW + 10**9


class Known(Struct):
    """The state of access in memory: two users with a key each, and an invitation for the first."""

    keys: dict = {}
    invitations: dict = {}
    held: dict = {}
    into: dict = {}

    def key(self, key):
        return self.keys.get(key)

    def next_key(self):
        return len(self.keys) + 1

    def next_user(self):
        return 3

    def has_user(self, user):
        return user in {"user-1", "user-2", *UNNUMBERED}

    def user_into(self, user):
        return self.into.get(user, "")

    def user_as_merged(self, user):
        return self.user_as_merged(self.into[user]) if user in self.into else user

    def client_into(self, client):
        return self.into.get(client, 0)

    def client_as_merged(self, client):
        return self.client_as_merged(self.into[client]) if client in self.into else client

    def user_of(self, actor):
        if actor in UNNUMBERED:
            return actor
        known = self.keys.get(int(actor.removeprefix("key-"))) if actor else None
        return self.user_as_merged(known.user) if known and known.user else ""

    def stated_holders(self, client):
        return frozenset(self.held.get(client, ()))

    def holders(self, client):
        return frozenset(map(self.user_as_merged, self.held.get(client, ())))

    def client_name(self, client):
        return f"client-{client}"

    def user_name(self, user):
        return {"user-1": "alice", "user-2": "bob"}.get(user, user)

    def invitation(self, invitation):
        return self.invitations.get(invitation)

    def invitation_of(self, digest):
        return next((one for one in self.invitations.values() if one.hash == digest), None)

    def next_invitation(self):
        return len(self.invitations) + 1


def a_key(key=1, **more):
    usual = {"revoked_at": None, "expires_at": None, "used_at": None, "label": "desk", "user": f"user-{key}"}
    return Key(id=key, hash=f"hash {key}", roles=("work",), created_at=NOW - 9, **usual | more)


def an_invitation(**more):
    usual = {"key": 0, "withdrawn_at": None, "expires_at": LATER, "key_expires_at": None}
    made = {"roles": ("work",), "label": "laptop", "user": "user-1", "created_at": NOW - 9}
    return Invitation(id=1, hash="link", **made | usual | more)


def known(*keys, invitation=None, held=None, into=None):
    keys = keys or (a_key(1), a_key(2))
    invitations = {1: invitation} if invitation else {}
    return Known({key.id: key for key in keys}, invitations, held or {}, into or {})


def decided(command, state, namesakes=()):
    """Return the facts that a command leads to, or its answer when there are none, or its refusal."""
    try:
        decision = ACCESS.decisions[type(command)](command, Asking(NOW, 0, namesakes=namesakes), state)
    except Refusal as refusal:
        return refusal
    return decision if isinstance(decision, Answer) else [event.fact for event in decision]


CLAIM = ClientClaim("carol", "seal", "sealed")
NEW = KeyCreated(key=3, hash="h", roles=("work",), label="", user="user-3")
KEPT = [
    pytest.param(known(), CreateKey("h", ("work",)), [NEW], id="a key makes a user"),
    pytest.param(
        known(),
        CreateKey("h", ("work",), label="x" * 200),
        [replace(NEW, label="x" * 200)],
        id="with a label of so many characters",
    ),
    pytest.param(
        known(),
        CreateKey("h", ("work",), name=CLAIM),
        [UserNamed(user="user-3", seal="seal", sealed="sealed"), NEW],
        id="whose name comes sealed",
    ),
    pytest.param(
        known(),
        CreateKey("h", ("work",), user="user-2", expires_at=LATER),
        [replace(NEW, user="user-2", expires_at=LATER)],
        id="or is another of a user's",
    ),
    pytest.param(
        known(a_key(1, expires_at=NOW - 1)),
        RenewKey(1, "h"),
        [KeyCreated(key=2, hash="h", roles=("work",), label="desk", user="user-1")],
        id="a renewed key inherits",
    ),
    pytest.param(
        known(a_key(1)),
        RenewKey(1, "h", LATER),
        [KeyCreated(key=2, hash="h", roles=("work",), label="desk", user="user-1", expires_at=LATER)],
        id="and lasts as long as is said",
    ),
    pytest.param(
        known(a_key(1, label="a\x1b[2J")),
        RenewKey(1, "h"),
        [KeyCreated(key=2, hash="h", roles=("work",), label="a\x1b[2J", user="user-1")],
        id="and a label of an earlier version that would be refused now",
    ),
    pytest.param(known(), RevokeKey(2), [KeyRevoked(key=2)], id="a key is revoked"),
    pytest.param(
        known(a_key(1, used_at=NOW), a_key(2)),
        NoteUses(((1, NOW), (2, NOW), (7, NOW))),
        [KeysUsed(uses=((2, NOW),))],
        id="later uses are noted",
    ),
    pytest.param(known(a_key(1, used_at=NOW)), NoteUses(((1, NOW),)), Noted(), id="and no others"),
    pytest.param(
        known(),
        Invite("link", ("read",), LATER, user="user-1"),
        [Invited(1, "link", ("read",), "", "user-1", LATER, None)],
        id="somebody is invited",
    ),
    pytest.param(
        known(invitation=an_invitation(key_expires_at=LATER)),
        AcceptInvitation("link", "h"),
        [KeyCreated(3, "h", ("work",), "laptop", "user-1", LATER, invitation=1)],
        id="and makes the key",
    ),
    pytest.param(
        known(invitation=an_invitation()), WithdrawInvitation(1), [InvitationWithdrawn(invitation=1)], id="or may not"
    ),
    pytest.param(
        known(invitation=an_invitation(withdrawn_at=NOW)), WithdrawInvitation(1), InvitationAnswer(1), id="once"
    ),
    pytest.param(
        known(),
        GiveName(5, ("user-2", "user-1", "shared-key", "user-2", "local-worker")),
        [NameGiven(5, ("local-worker", "shared-key", "user-1", "user-2"))],
        id="a name is given",
    ),
    pytest.param(known(held={5: ["user-1"]}), GiveName(5, ()), [NameGiven(5, ())], id="or taken from all"),
    pytest.param(known(held={5: ["user-1"]}), GiveName(5, ("user-1",)), Noted(), id="it was that user's already"),
    pytest.param(known(), MergeUsers("user-1", "shared-key"), [UsersMerged("user-1", "shared-key")], id="users merge"),
    pytest.param(known(into={"user-1": "user-2"}), MergeUsers("user-1", "user-2"), Noted(), id="which they did before"),
    pytest.param(known(into={"user-1": "user-2"}), PartUsers("user-1"), [UsersParted("user-1")], id="and part"),
    pytest.param(known(), PartUsers("user-1"), Noted(), id="who were not one"),
    pytest.param(known(), MergeClients(4, 5), [ClientsMerged(4, 5)], id="clients merge"),
    pytest.param(known(into={4: 5}), MergeClients(4, 5), Noted(), id="which they did before, too"),
    pytest.param(known(into={4: 5}), PartClients(4), [ClientsParted(4)], id="and part, too"),
    pytest.param(known(), PartClients(4), Noted(), id="of their own accord"),
]
REFUSED = [
    (known(), CreateKey("h", ("work",), label="x" * 201), BadInput, "and has 201 characters; up to 200"),
    (known(), CreateKey("h", ("work",), expires_at=NOW), BadInput, "a time in the future is accepted"),
    (known(), CreateKey("h", ("work",), user="user-9"), Unknown, "There is no user 'user-9'"),
    (known(), CreateKey(hash="h", roles=("work",), label="a\x1b[31m"), BadInput, "U+001B"),
    (known(), RenewKey(9, "h"), Unknown, "There is no key 9"),
    (known(a_key(1, revoked_at=NOW)), RenewKey(1, "h"), Conflict, "make a new one for user-1"),
    (known(), RenewKey(1, "h", NOW), BadInput, "is past"),
    (known(), RevokeKey(9), Unknown, "There is no key 9"),
    (known(a_key(1, revoked_at=NOW)), RevokeKey(1), Conflict, "revoked already"),
    (known(), Invite("link", ("work",), NOW), BadInput, "is past"),
    (
        known(),
        Invite("link", ("work",), LATER, key_expires_at=NOW),
        BadInput,
        "key_expires_at is 2026-09-21T14:13:20.000000Z, which is past",
    ),
    (known(), AcceptInvitation("link", "h"), Unknown, "no such invitation"),
    (known(invitation=an_invitation(key=2)), AcceptInvitation("link", "h"), Conflict, "used already"),
    (known(invitation=an_invitation(withdrawn_at=NOW)), AcceptInvitation("link", "h"), Conflict, "withdrawn"),
    (known(invitation=an_invitation(expires_at=NOW)), AcceptInvitation("link", "h"), Conflict, "expired"),
    (known(), WithdrawInvitation(1), Unknown, "There is no invitation 1"),
    (known(invitation=an_invitation(key=2)), WithdrawInvitation(1), Conflict, "revoke key 2 instead"),
    (known(), GiveName(5, ("user-9",)), Unknown, "There is no user 'user-9'"),
    (known(), GiveName(5, ("anonymous",)), Unknown, "There is no user 'anonymous'"),
    (known(), MergeUsers("user-1", "user-1"), Conflict, "the same already"),
    (known(into={"user-2": "user-1"}), MergeUsers("user-1", "user-2"), Conflict, "the same already"),
    (known(into={"user-1": "user-2"}), MergeUsers("user-1", "shared-key"), Conflict, "part them first"),
    (known(into={4: 5}), MergeClients(4, 6), Conflict, "client-4 is merged into client-5; part them first"),
    (known(into={5: 6, 6: 4}), MergeClients(4, 5), Conflict, "client-5 and client-4 are the same already"),
]


@pytest.mark.parametrize(("state", "command", "outcome"), KEPT)
def test_what_is_wanted_becomes_a_fact_unless_it_is_so_already(state, command, outcome):
    assert decided(command, state) == outcome


@pytest.mark.parametrize(("state", "command", "kind", "words"), REFUSED)
def test_what_can_not_be_is_refused_in_a_sentence(state, command, kind, words):
    refusal = decided(command, state)
    assert isinstance(refusal, kind)
    assert words in refusal.sentence


class Crowd(Known):
    """A state in which there is every user."""

    def has_user(self, _):
        return True


@pytest.mark.parametrize("command", [CreateKey("h", ("work",), name=CLAIM), Invite("l", ("work",), LATER, name=CLAIM)])
def test_nobody_is_made_who_is_called_as_somebody_is_by_then(command):
    assert command.names_user == "carol"
    assert replace(command, user="user-2").names_user == replace(command, name=None).names_user == ""
    (fact,) = decided(command, known(), ["user-2"])
    assert fact.user == "user-2"
    refused = decided(command, known(), ["user-1", "user-2"])
    assert refused.sentence == "user-1, user-2 are all called 'carol'; say which by its number."


def test_up_to_a_hundred_users_share_a_name():
    users = tuple(f"user-{number:03}" for number in range(101))
    assert decided(GiveName(5, users[1:]), Crowd()) == [NameGiven(5, users[1:])]
    assert decided(GiveName(5, users), Crowd()).sentence == "101 users can't share a name; up to 100 can."


def test_every_decision_has_examples():
    assert ACCESS.decisions.keys() == {type(one.values[1]) for one in KEPT} | {AttributeKeys}


BOX = {5: ["user-1"]}


@pytest.mark.parametrize(
    ("actor", "state", "outcome"),
    [
        ("key-1", known(), [NameTaken(5, "user-1")]),
        ("shared-key", known(), [NameTaken(5, "shared-key")]),
        ("key-1", known(held=BOX), []),
        ("key-1", known(held={5: ["user-1", "user-2"]}), []),
        ("key-2", known(held=BOX, into={"user-2": "user-1"}), []),
        ("key-2", known(held={5: ["user-2"]}, into={"user-2": "user-1"}), []),
        ("operator", known(held=BOX), []),
        ("operator", known(), []),
        ("clock", known(held=BOX), []),
        (None, known(), []),
        ("key-2", known(held=BOX), "'box' belongs to alice, and the key is bob's; go by another name"),
        ("shared-key", known(held=BOX), "'box' belongs to alice, and the key is shared-key's"),
        (None, known(held=BOX), "'box' belongs to alice: send a key of theirs"),
        ("key-9", known(held=BOX), "'box' belongs to alice: send a key of theirs"),
        (None, known(held={5: ["user-1", "user-2"]}), "'box' belongs to alice, bob: send"),
        (None, known(held={5: ["user-1", "user-2", "user-8"]}), "belongs to alice, bob, user-8: send"),
        (None, known(held={5: ["user-9", "user-8", "user-2", "user-1"]}), "to alice, bob, user-8 and others: send"),
    ],
)
def test_a_name_belongs_to_the_user_whose_key_used_it_first(actor, state, outcome):
    if isinstance(outcome, str):
        with pytest.raises(Forbidden, match=outcome):
            take_name(actor, 5, "box", state, state)
    else:
        assert [event.fact for event in take_name(actor, 5, "box", state, state)] == outcome


def test_keys_of_before_become_users_by_their_labels_and_names_that_several_used_stay_shared():
    keys = [a_key(1, user=""), a_key(2, user=""), a_key(3, user="", label=""), a_key(4)]
    command = AttributeKeys(
        labelled=[Labelled((1, 2), CLAIM), Labelled((3, 4), None)],
        used=[
            ("key-4", 7),
            ("key-1", 5),
            ("key-2", 5),
            ("key-1", 6),
            ("key-3", 6),
            ("shared-key", 6),
            ("key-1", 8),
            ("key-9", 9),
        ],
    )
    assert decided(command, known(*keys, held={8: ["user-4"]})) == [
        KeyGiven(key=1, user="user-3"),
        KeyGiven(key=2, user="user-3"),
        UserNamed(user="user-3", seal="seal", sealed="sealed"),
        KeyGiven(key=3, user="user-4"),
        NameTaken(client=5, user="user-3"),
        NameGiven(client=6, users=("shared-key", "user-3", "user-4")),
        NameTaken(client=7, user="user-4"),
    ]


def test_that_is_done_once():
    assert decided(AttributeKeys(labelled=[Labelled((1,), CLAIM)], used=[("key-1", 5)]), known()) == Noted()
