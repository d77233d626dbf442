"""What clients and users are called, in examples: given what is known, when somebody wants this, then that."""

import pytest

from core.clients.answers import Forgotten, Renamed, UserForgotten
from core.clients.commands import ForgetClient, ForgetUser, RenameClient, RenameUser
from core.clients.decide import CLIENTS, Client
from core.clients.events import ClientForgotten, ClientRenamed, UserRenamed
from core.clients.events import UserForgotten as UserWasForgotten
from core.deciding import Answer, Asking, ClientClaim
from core.refusals import Conflict, Refusal, Unknown

NOW = 1_790_000_000_000_000


CLIENTS_KNOWN = {
    1: Client(1, "alice-box", "seal-1", NOW, None),
    2: Client(2, "bob-box", "seal-2", NOW, None),
    3: Client(3, None, "seal-3", NOW, NOW),
}


class Known:
    """The state of clients in memory: two that are known, one that is forgotten, a user with a name and one without."""

    def client(self, client):
        return CLIENTS_KNOWN.get(client)

    def number_of(self, name):
        return next((one.id for one in CLIENTS_KNOWN.values() if one.name == name), None)

    def user_name(self, user):
        return "alice" if user == "user-1" else user

    def users_named(self, name):
        return ["user-1"] if name == "alice" else []


def named(name):
    return ClientClaim(name, "seal", "sealed")


EXAMPLES = [
    (ForgetClient(1), [ClientForgotten(1, "seal-1")]),
    (ForgetClient(3), Forgotten(3)),
    (ForgetClient(9), Unknown("There is no client client-9.")),
    (RenameClient(1, named("box")), [ClientRenamed(1, "seal", "sealed")]),
    (RenameClient(1, named("alice-box")), Renamed()),
    (RenameClient(1, named("bob-box")), Conflict("'bob-box' is the name of client-2; merge the two instead.")),
    (RenameClient(3, named("box")), Conflict("client-3 is forgotten; it gets no name any more.")),
    (RenameClient(9, named("box")), Unknown("There is no client client-9.")),
    (RenameUser("user-1", named("alicia")), [UserRenamed("user-1", "seal", "sealed")]),
    (RenameUser("user-1", named("alice")), Renamed()),
    (
        RenameUser("user-2", named("alice")),
        Conflict("'alice' is the name of user-1; merge the two, or rename that one first."),
    ),
    (ForgetUser("user-1", (), ()), [UserWasForgotten("user-1")]),
    (ForgetUser("user-2", (), ()), UserForgotten("user-2")),
    (ForgetUser("user-2", (), (3,)), UserForgotten("user-2")),
    (ForgetUser("user-2", (), (1, 3)), [UserWasForgotten("user-2"), ClientForgotten(1, "seal-1")]),
    (ForgetUser("user-2", ("user-1", "user-3"), ()), [UserWasForgotten("user-2"), UserWasForgotten("user-1")]),
]


@pytest.mark.parametrize(
    ("when", "then"), EXAMPLES, ids=[f"{type(when).__name__}, {type(then).__name__}" for when, then in EXAMPLES]
)
def test_given_who_is_known_when_this_then_that(when, then):
    decide = CLIENTS.decisions[type(when)]
    if isinstance(then, Refusal):
        with pytest.raises(type(then)) as refusal:
            decide(when, Asking(NOW, 0), Known())
        assert refusal.value.sentence == str(then)
    else:
        decision = decide(when, Asking(NOW, 0), Known())
        assert (decision if isinstance(decision, Answer) else [event.fact for event in decision]) == then


def test_every_decision_has_an_example_of_what_it_records_and_of_what_it_does_not():
    told = {(type(when), isinstance(then, list)) for when, then in EXAMPLES}
    assert told == {(command, recorded) for command in CLIENTS.decisions for recorded in (True, False)}
