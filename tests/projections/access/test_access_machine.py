"""Whatever is made, given, merged and forgotten: a name is used by whom it belongs to, and the tables rebuild the same."""

import tempfile

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from core.access.commands import (
    CreateKey,
    GiveName,
    MergeClients,
    MergeUsers,
    NoteUses,
    PartClients,
    PartUsers,
    RenewKey,
    RevokeKey,
)
from core.clients.commands import ForgetClient, RenameClient
from core.deciding import ClientClaim
from core.refusals import Conflict, Forbidden
from projections.access.users import belongings
from projections.clients.state import number_named
from tests.ledgers import KeyOffice
from tests.profiles import running
from tests.together import Together, applied

NAMES = st.sampled_from(["box", "desk", "farm"])


class AccessMachine(Together):
    """Keys, names and mergings on a real writer, and whose name should be whose."""

    def __init__(self):
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        self.office = KeyOffice(self.directory.name)
        self.users = {}  # key -> its user
        self.merged = {}  # user, or client -> the one that it is merged into
        self.holders = {}  # client -> users
        self.clients = {}  # name -> client
        self.revoked = set()
        self.came = set()  # clients that ever were
        self.made = 0

    @initialize()
    def begin(self):
        self.make_a_key()

    @rule()
    def make_a_key(self):
        self.made += 1
        key = self.office.perform(CreateKey(hash=f"{self.made:064x}", roles=("work",)), client=None).key
        self.users[key] = f"user-{len(set(self.users.values())) + 1}"

    @rule(data=st.data())
    def renew(self, data):
        self.made += 1
        key = data.draw(st.sampled_from(sorted(self.users)))
        result = self.office.result(RenewKey(key=key, hash=f"{self.made:064x}"), client=None)
        if key in self.revoked:
            assert isinstance(result, Conflict)
        else:
            self.users[result.answer.key] = self.users[key]

    @rule(data=st.data(), name=NAMES)
    def work(self, data, name):
        actor = data.draw(st.sampled_from([None, "operator", "shared-key", *(f"key-{key}" for key in self.users)]))
        self.office.now += 1
        command = NoteUses(uses=((1, self.office.now),))
        result = self.office.result(command, client=name, actor=actor)
        client = self.clients.get(name)
        holders = {self.root(user) for user in self.holders.get(client, ())}
        user = self.user_of(actor)
        if actor == "operator" or not holders or user in holders:
            assert not isinstance(result, Exception), result
            client = self.clients.setdefault(name, len(self.came) + 1)
            self.came.add(client)
            if user and not holders:
                self.holders[client] = {user}
        else:
            assert isinstance(result, Forbidden)
            assert all(repr(one) not in str(result) for one in set(self.clients) - {name})

    @precondition(lambda self: self.clients)
    @rule(data=st.data())
    def give(self, data):
        client = data.draw(st.sampled_from(sorted(self.clients.values())))
        users = data.draw(st.sets(st.sampled_from(sorted(set(self.users.values())))))
        self.office.perform(GiveName(client=client, users=tuple(users)), client=None)
        self.holders[client] = users

    @rule(data=st.data())
    def merge(self, data):
        of_users = data.draw(st.booleans())
        known = sorted(set(self.users.values())) if of_users else sorted(self.clients.values())
        if not known:
            return
        one, into = data.draw(st.sampled_from(known)), data.draw(st.sampled_from(known))
        command = MergeUsers(user=one, into=into) if of_users else MergeClients(client=one, into=into)
        result = self.office.result(command, client=None)
        if (one in self.merged and self.merged[one] != into) or self.root(into) == one:
            assert isinstance(result, Conflict)
        else:
            assert not isinstance(result, Exception), result
            self.merged[one] = into

    @precondition(lambda self: self.merged)
    @rule(data=st.data())
    def part(self, data):
        one = data.draw(st.sampled_from(sorted(self.merged, key=str)))
        self.office.perform(PartUsers(user=one) if isinstance(one, str) else PartClients(client=one), client=None)
        del self.merged[one]

    @precondition(lambda self: self.clients)
    @rule(data=st.data())
    def rename(self, data):
        self.made += 1
        name = data.draw(st.sampled_from(sorted(self.clients)))
        other = f"also {self.made}"
        command = RenameClient(client=self.clients[name], name=ClientClaim(other, f"seal {self.made}", other))
        self.office.perform(command, client=None)
        self.clients[other] = self.clients[name]

    @precondition(lambda self: self.clients)
    @rule(data=st.data())
    def forget(self, data):
        client = data.draw(st.sampled_from(sorted(self.clients.values())))
        self.office.perform(ForgetClient(client=client), client=None)
        self.clients = {name: number for name, number in self.clients.items() if number != client}

    @rule(data=st.data())
    def revoke(self, data):
        key = data.draw(st.sampled_from(sorted(self.users)))
        assert isinstance(self.office.result(RevokeKey(key=key), client=None), Conflict) == (key in self.revoked)
        self.revoked.add(key)

    @rule()
    def restart(self):
        self.office.reopen()

    @applied
    @invariant()
    def everything_belongs_to_whom_it_should(self):
        access, clients = (self.office.committer.files[name].connection for name in ("access", "clients"))
        known = belongings(access)
        for client, users in self.holders.items():
            assert known.holders.get(client, frozenset()) == {self.root(user) for user in users}
        for name in ("box", "desk", "farm", *self.clients):
            assert number_named(clients, name) == self.clients.get(name)
        for one in self.clients.values():
            assert known.client(one) == self.root(one)

    def root(self, one):
        """Return the user or client that one is."""
        while one in self.merged:
            one = self.merged[one]
        return one

    def user_of(self, actor):
        if actor is None or actor == "operator":
            return None
        return "shared-key" if actor == "shared-key" else self.root(self.users[int(actor.removeprefix("key-"))])

    def teardown(self):
        before = {name: self.office.tables(name) for name in ("access", "clients")}
        self.office.reopen(rebuild=True)
        assert {name: self.office.tables(name) for name in before} == before
        self.office.close()
        self.directory.cleanup()


AccessMachine.TestCase.settings = running(12, steps=25)
test_names_belong_to_somebody = AccessMachine.TestCase
