"""Being told, over HTTP: subscriptions, for those who administer."""
