"""The pages of notifications: subscriptions to webhooks, and what events about being told say to people."""
