"""Pages about being told, and what its events say to people."""

from coordinator.pages.administration.contents import HOME
from coordinator.pages.administration.webhooks import (
    PAGE,
    end_subscription,
    renew_secret,
    send_again,
    subscribe,
    webhooks,
)
from coordinator.pages.contributing import Contribution
from coordinator.pages.forms import Form
from coordinator.pages.site import Page, Section
from core.notifications import events

NOTIFICATIONS = Contribution(
    context="notifications",
    administration=(Section(PAGE, "Webhooks", ""),),
    pages=(Page(PAGE, "admin/webhooks.html", webhooks, HOME, "admin"),),
    forms=(
        Form(PAGE, PAGE, subscribe, "admin"),
        Form(f"{PAGE}/{{subscription}}/secret", PAGE, renew_secret, "admin"),
        Form(f"{PAGE}/{{subscription}}/again", PAGE, send_again, "admin"),
        Form(f"{PAGE}/{{subscription}}/end", PAGE, end_subscription, "admin"),
    ),
    sentences={
        events.Subscribed: "subscription {subscription} was made",
        events.SecretRenewed: "subscription {subscription} has another secret",
        events.SubscriptionEnded: "subscription {subscription} ended: {reason}",
        events.DeliveryFailing: 'event <a href="/events/{position}">{position}</a> could not be delivered to subscription {subscription}: {reason}',
        events.DeliveryGivenUp: 'delivering event <a href="/events/{position}">{position}</a> to subscription {subscription} was given up: {reason}',
        events.SentAgain: "subscription {subscription} is sent everything again from event {position} on",
        events.AlarmRaised: "an alarm was raised about {subject}: {reason}",
        events.AlarmCleared: "the alarm about {subject} is over",
    },
    books={events.EventsDelivered: "subscription {subscription} has been sent all up to event {upto}"},
)
