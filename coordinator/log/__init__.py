"""The event log on SQLite: appending, reading, searching, checking its chain."""
