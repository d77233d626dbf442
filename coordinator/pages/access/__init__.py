"""Access for people: signing in with a key, and joining in by an invitation, which gives one."""
