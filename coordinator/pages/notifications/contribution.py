"""Pages about being told, and what its events say to people."""

from collections.abc import Mapping, Sequence

from coordinator.node import Node
from coordinator.pages.administration.contents import HOME
from coordinator.pages.contributing.contribution import Contribution, Words
from coordinator.pages.forms.posting import Form
from coordinator.pages.notifications.webhooks import (
    PAGE,
    end_subscription,
    renew_secret,
    send_again,
    subscribe,
    webhooks,
)
from coordinator.pages.rendering.navigation import Section
from coordinator.pages.rendering.site import Page
from core.events.envelope import Event
from core.notifications import events


async def _words(_: Node, __: Sequence[Event], ___: Mapping[int, str]) -> Words:
    return {"ending": lambda fact: events.ending(fact.reason)}


NOTIFICATIONS = Contribution(
    context="notifications",
    administration=(Section(PAGE, "Webhooks", ""),),
    pages=(Page(PAGE, "notifications/webhooks.html", webhooks, HOME, "admin"),),
    forms=(
        Form(PAGE, PAGE, subscribe, "admin"),
        Form(f"{PAGE}/{{subscription}}/secret", PAGE, renew_secret, "admin"),
        Form(f"{PAGE}/{{subscription}}/again", PAGE, send_again, "admin"),
        Form(f"{PAGE}/{{subscription}}/end", PAGE, end_subscription, "admin"),
    ),
    sentences={
        events.Subscribed: "subscription {subscription} was made",
        events.SecretRenewed: "subscription {subscription} has another secret",
        events.SubscriptionEnded: "subscription {subscription} ended, {ending}",
        events.DeliveryFailing: 'event <a href="/events/{position}">{position}</a> could not be delivered to subscription {subscription}: {reason}',
        events.DeliveryGivenUp: 'delivering event <a href="/events/{position}">{position}</a> to subscription {subscription} was given up: {reason}',
        events.SentAgain: "subscription {subscription} is sent everything again from event {position} on",
        events.AlarmRaised: "an alarm was raised about {subject}: {reason}",
        events.AlarmCleared: "the alarm about {subject} is over",
    },
    words=_words,
    books={events.EventsDelivered: "subscription {subscription} has been sent all up to event {upto}"},
)
