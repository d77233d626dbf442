"""The event log on SQLite, and what is done with a whole log: checking, exporting, importing."""
