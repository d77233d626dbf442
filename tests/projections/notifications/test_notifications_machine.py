"""Whatever is subscribed, delivered, turned down and sent again: deliveries go forward unless somebody sends them back."""

import tempfile

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from core.notifications.commands import (
    ClearAlarm,
    EndSubscription,
    NoteDelivered,
    NoteFailing,
    RaiseAlarm,
    RenewSecret,
    SendAgain,
    Subscribe,
)
from core.refusals import Refusal
from projections.notifications.state import alarms, subscriptions
from tests.office import Office
from tests.profiles import running
from tests.together import Together, applied

numbers = st.integers(1, 4)
positions = st.integers(1, 60)
rounds = st.integers(0, 2)
subjects = st.sampled_from(["client-1", "data"])


class NotificationsMachine(Together):
    """Commands on a real writer, beside what should have come of them."""

    def __init__(self):
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        self.office = Office(self.directory.name)
        self.stands = {}  # subscription -> [since, upto, again, delivered, failing at, given up, ended]
        self.raised = set()

    def attempt(self, command):
        before = self.office.tables("notifications")
        try:
            return self.office.perform(command, client=None)
        except Refusal:
            assert self.office.tables("notifications") == before
            return None

    @rule(
        types=st.sampled_from([(), ("factoring",), ("tasks", "counting.job_failed.v1")]),
        project=st.sampled_from(["", "p"]),
    )
    def subscribe(self, types, project):
        made = self.attempt(Subscribe(seal="s", sealed="x", types=types, project=project)).subscription
        end = self.office.log.head().position
        assert made not in self.stands
        self.stands[made] = [end, end, 0, 0, None, False, False]

    @rule(number=numbers)
    def renew(self, number):
        stands = self.stands.get(number)
        done = self.attempt(RenewSecret(subscription=number, seal=f"s-{self.office.log.head().position}", sealed="y"))
        assert (done is not None) == (stands is not None and not stands[6])

    @rule(number=numbers)
    def end(self, number):
        stands = self.stands.get(number)
        done = self.attempt(EndSubscription(subscription=number))
        assert (done is not None) == (stands is not None and not stands[6])
        if done is not None:
            stands[6] = True

    @rule(number=numbers, again=rounds, upto=positions, deliveries=st.integers(0, 3))
    def deliver(self, number, again, upto, deliveries):
        self.attempt(NoteDelivered(subscription=number, again=again, upto=upto, deliveries=deliveries))
        stands = self.stands.get(number)
        if stands and not stands[6] and stands[2] == again and upto > stands[1]:
            stands[1], stands[3], stands[4], stands[5] = upto, stands[3] + deliveries, None, False

    @rule(number=numbers, again=rounds, position=positions, given_up=st.booleans())
    def fail(self, number, again, position, given_up):
        self.attempt(NoteFailing(subscription=number, again=again, position=position, reason="503", given_up=given_up))
        stands = self.stands.get(number)
        if stands and not stands[6] and stands[2] == again and position > stands[1]:
            stands[5] = given_up or (stands[5] and stands[4] == position)
            stands[4] = position

    @rule(number=numbers, position=st.none() | positions)
    def send_again(self, number, position):
        stands = self.stands.get(number)
        done = self.attempt(SendAgain(subscription=number, position=position))
        if done is not None:
            stands[1] = stands[1] if position is None else position - 1
            stands[2:3], stands[4:6] = [stands[2] + 1], [None, False]

    @rule(subject=subjects)
    def raise_alarm(self, subject):
        self.attempt(RaiseAlarm(alarm="disk_filling", subject=subject, reason="r"))
        self.raised.add(subject)

    @rule(subject=subjects)
    def clear_alarm(self, subject):
        self.attempt(ClearAlarm(alarm="disk_filling", subject=subject))
        self.raised.discard(subject)

    @rule(rebuild=st.booleans())
    def restart(self, rebuild):
        before = self.office.tables("notifications")
        self.office.reopen(rebuild=rebuild)
        assert self.office.tables("notifications") == before

    @property
    def connection(self):
        return self.office.committer.files["notifications"].connection

    @applied
    @invariant()
    def each_subscription_stands_where_it_should(self):
        found = {
            one.id: [
                one.since,
                one.upto,
                one.again,
                one.delivered,
                one.failing_at,
                one.given_up_at is not None,
                one.ended_at is not None,
            ]
            for one in subscriptions(self.connection)
        }
        assert found == self.stands
        assert all(since <= upto for since, upto, *_ in found.values())

    @applied
    @invariant()
    def the_alarms_are_those_that_were_raised_last(self):
        assert {one.subject for one in alarms(self.connection) if one.cleared_at is None} == self.raised

    def teardown(self):
        self.restart(rebuild=True)
        self.office.close()
        self.directory.cleanup()


TestNotificationsMachine = NotificationsMachine.TestCase
TestNotificationsMachine.settings = running(15, steps=30)
