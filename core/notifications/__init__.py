"""Being told of what happens: subscriptions, how far their events are delivered, and alarms."""
