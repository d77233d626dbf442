"""The event log on SQLite, and shared through PostgreSQL: appending, reading, searching, checking its chain.

The rooms from the bottom to the top. A room imports only from those listed before it; `tests/architecture` holds that.

A log that one coordinator has alone:

    engine.py       the SQLite that Python brings along
    lock.py         one coordinator to a data directory
    reading.py      reading on a connection, whoever's it is
    sqlite.py       the log in one file
    checking.py     what makes a row right, given those before it
    prefix.py       the log as it was at one moment, beside its writer

Asking it:

    queries.py      pages of it, single events, its head
    corrections.py  which events count, up to some moment
    exploring.py    newest first, with filters; one event and what is around it
    shown.py        events as they are shown
    ndjson.py       the whole as text

A log that nodes share:

    session.py      one session with PostgreSQL
    postgres.py     who may append next
    schema.py       the tables there
    shared.py       the whole of it in each node's file
"""
