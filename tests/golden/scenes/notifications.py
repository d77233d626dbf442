"""Receivers and alarms."""

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
from tests.golden.staging import fresh, leads_to, name


@leads_to(
    *("notifications.subscribed.v1", "notifications.delivered.v1", "notifications.failing.v1"),
    *("notifications.given_up.v1", "notifications.sent_again.v1", "notifications.subscription_ended.v1"),
    *("notifications.alarm_raised.v1", "notifications.alarm_cleared.v1"),
)
def be_told(office):
    """One receiver has all, another nothing; a disk fills and is emptied."""
    here = fresh(office)
    types = ("factoring.factor_found", "notifications.alarm_raised.v1")
    kept, lost = (
        office.perform(
            Subscribe(seal=name(office), sealed="sealed", types=those, project=project), client=None
        ).subscription
        for those, project in ((types, ""), ((), "Cunningham"))
    )
    for note in (
        NoteDelivered(subscription=kept, again=0, upto=here + 9, deliveries=2),
        RaiseAlarm(alarm="disk_filling", subject="data", reason="2.0 % of the disk are free."),
        NoteFailing(subscription=lost, again=0, position=here + 8, reason="It answered 503."),
        NoteFailing(subscription=lost, again=0, position=here + 8, reason="It answered 503.", given_up=True),
        SendAgain(subscription=lost),
        EndSubscription(subscription=lost, reason="gone"),
        ClearAlarm(alarm="disk_filling", subject="data"),
    ):
        office.perform(note, client=None)


@leads_to("notifications.secret_renewed.v1")
def renew_a_secret(office):
    """A receiver gets another secret."""
    fresh(office)
    told = office.perform(Subscribe(seal=name(office), sealed="sealed", types=(), project=""), client=None).subscription
    office.perform(RenewSecret(subscription=told, seal=name(office), sealed="sealed anew"), client=None)
