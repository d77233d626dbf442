"""Subscriptions as they stand, and alarms."""

import sqlite3
from typing import Any

from core.events.envelope import Event
from core.notifications.events import (
    AlarmCleared,
    AlarmRaised,
    DeliveryFailing,
    DeliveryGivenUp,
    EventsDelivered,
    SecretRenewed,
    SentAgain,
    Subscribed,
    SubscriptionEnded,
)
from core.notifications.state import Alarm, Subscription
from projections.runtime.answers import Answers

SCHEMA = """
CREATE TABLE subscriptions (
    subscription INTEGER PRIMARY KEY,
    seal TEXT NOT NULL,
    sealed TEXT NOT NULL,          -- address and secret
    types TEXT NOT NULL,           -- separated by commas; empty for all
    project TEXT NOT NULL,         -- empty for all
    since INTEGER NOT NULL,        -- position of the event that made it
    created_at INTEGER NOT NULL,
    upto INTEGER NOT NULL,         -- position up to which all is delivered
    delivered INTEGER NOT NULL,
    again INTEGER NOT NULL,        -- how often events were sent again
    ended_at INTEGER,
    ending TEXT NOT NULL,
    failing_at INTEGER,            -- position of the event that is turned down
    failing_since INTEGER,
    reason TEXT NOT NULL,
    given_up_at INTEGER
) STRICT;
CREATE TABLE replaced_seals (
    seal TEXT PRIMARY KEY          -- of what was sealed before its secret was renewed
) STRICT, WITHOUT ROWID;
CREATE TABLE alarms (
    alarm TEXT NOT NULL,
    subject TEXT NOT NULL,
    reason TEXT NOT NULL,
    raised_at INTEGER NOT NULL,
    cleared_at INTEGER,
    PRIMARY KEY (alarm, subject)
) STRICT, WITHOUT ROWID;
"""
_WELL = "failing_at = NULL, failing_since = NULL, reason = '', given_up_at = NULL"
_SET = "UPDATE subscriptions SET"


class NotificationsState(Answers):
    """Implements `core.notifications.state.NotificationsState`."""

    def subscription(self, subscription: int) -> Subscription | None:
        """Return a subscription by its number."""
        return subscription_numbered(self.connection, subscription)

    def next_subscription(self) -> int:
        """Return the number that the next subscription gets."""
        row = self.connection.execute("SELECT coalesce(max(subscription), 0) + 1 FROM subscriptions").fetchone()
        return int(row[0])

    def living(self) -> int:
        """Return how many subscriptions have not ended."""
        row = self.connection.execute("SELECT count(*) FROM subscriptions WHERE ended_at IS NULL").fetchone()
        return int(row[0])

    def raised(self, alarm: str, subject: str) -> bool:
        """Tell whether an alarm is raised for a subject."""
        row = self.connection.execute(
            "SELECT 1 FROM alarms WHERE alarm = ? AND subject = ? AND cleared_at IS NULL", (alarm, subject)
        ).fetchone()
        return row is not None

    def apply(self, event: Event) -> None:
        """Fold one event."""
        execute, at = self.connection.execute, event.recorded_at
        match event.fact:
            case Subscribed() as fact:
                row = (fact.subscription, fact.seal, fact.sealed, ",".join(fact.types), fact.project)
                execute(
                    "INSERT INTO subscriptions VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, NULL, '', NULL, NULL, '', NULL)",
                    (*row, event.position, at, event.position),
                )
            case SecretRenewed(subscription=subscription, seal=seal, sealed=sealed):
                execute(
                    "INSERT OR IGNORE INTO replaced_seals SELECT seal FROM subscriptions WHERE subscription = ?",
                    (subscription,),
                )
                execute(f"{_SET} seal = ?, sealed = ? WHERE subscription = ?", (seal, sealed, subscription))
            case SubscriptionEnded(subscription=subscription, reason=reason):
                execute(f"{_SET} ended_at = ?, ending = ? WHERE subscription = ?", (at, reason, subscription))
            case EventsDelivered(subscription=subscription, upto=upto, deliveries=deliveries):
                execute(
                    f"{_SET} upto = ?, delivered = delivered + ?, {_WELL} WHERE subscription = ?",
                    (upto, deliveries, subscription),
                )
            case DeliveryFailing() as fact:
                self._turned_down(fact, at, None)
            case DeliveryGivenUp() as fact:
                self._turned_down(fact, at, at)
            case SentAgain(subscription=subscription, position=position):
                execute(
                    f"{_SET} upto = ?, again = again + 1, {_WELL} WHERE subscription = ?", (position - 1, subscription)
                )
            case AlarmRaised(alarm=alarm, subject=subject, reason=reason):
                execute("INSERT OR REPLACE INTO alarms VALUES (?, ?, ?, ?, NULL)", (alarm, subject, reason, at))
            case AlarmCleared(alarm=alarm, subject=subject):
                execute("UPDATE alarms SET cleared_at = ? WHERE alarm = ? AND subject = ?", (at, alarm, subject))

    def _turned_down(self, fact: DeliveryFailing | DeliveryGivenUp, at: int, given_up_at: int | None) -> None:
        self.connection.execute(
            f"{_SET} failing_at = ?, failing_since = coalesce(failing_since, ?), reason = ?, given_up_at = ?"
            " WHERE subscription = ?",
            (fact.position, at, fact.reason, given_up_at, fact.subscription),
        )

    def flush(self) -> None:
        """Nothing is held back."""


def subscriptions(connection: sqlite3.Connection) -> list[Subscription]:
    """Return every subscription that was ever made."""
    return [_subscription(row) for row in connection.execute("SELECT * FROM subscriptions ORDER BY subscription")]


def subscription_numbered(connection: sqlite3.Connection, subscription: int) -> Subscription | None:
    """Return a subscription by its number, None when there is none."""
    row = connection.execute("SELECT * FROM subscriptions WHERE subscription = ?", (subscription,)).fetchone()
    return _subscription(row) if row else None


def replaced_seals(connection: sqlite3.Connection) -> list[str]:
    """Return the seals of what is of no use any more, since secrets were renewed."""
    return [seal for (seal,) in connection.execute("SELECT seal FROM replaced_seals")]


def alarms(connection: sqlite3.Connection) -> list[Alarm]:
    """Return the alarms of all kinds, for each subject the one that was raised last."""
    return [Alarm(*row) for row in connection.execute("SELECT * FROM alarms ORDER BY alarm, subject")]


def _subscription(row: tuple[Any, ...]) -> Subscription:
    number, seal, sealed, types, *rest = row
    return Subscription(number, seal, sealed, tuple(filter(None, types.split(","))), *rest)
