"""The event log on SQLite, and shared through PostgreSQL: appending, reading, searching, checking its chain."""
