"""Being told: where subscriptions stand, and which alarms are raised."""
