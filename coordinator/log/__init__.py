"""The event log on SQLite, and shared through PostgreSQL: appending, reading, searching, checking its chain.

Read in this order: `sqlite` (a log that one coordinator has alone), `checking` (what makes a row right), `corrections` (which
events count); for a log that nodes share `shared`, `postgres` and `session`.
"""
