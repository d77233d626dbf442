"""Correcting what was recorded: events are never changed, but may be withdrawn."""
