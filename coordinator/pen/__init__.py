"""The pen: the right to append to the log that several nodes share, which one of them has at a time.

It is held by a lock of the one session with PostgreSQL over which the appends go, so that whoever has lost the session
has lost the pen. Taking it is an append itself, `pen.taken`, whose position is the term. It fences: whoever decided on an
older end of the log is refused, so that what is not in the log before it can never come in after it.

The modules from the bottom to the top. One imports only from those listed before it; `tests/architecture` holds that.

The right itself:

    pen.py        the pen as all see it that do not deal with PostgreSQL
    standing.py   whether a node writes, else who does, and how far behind it is
    fitness.py    whether a database can hold a shared log
    hand.py       whether the pen is in a hand that writes
    sessions.py   sessions with the database, each with the password of just then
    postgres.py   taking the pen, holding it, losing it

What nodes have in common:

    identity.py   one certificate, by which they know each other
    names.py      the keys of names
    residues.py   residue files, in the shared database
    secrets.py    all that is secret, handed over to a further node

How a node comes to it:

    joining.py    opening its copy of the log
    following.py  taking in what the holder appends, and trying to take the pen
"""
