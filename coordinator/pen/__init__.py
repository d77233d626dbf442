"""The pen: the right to append to the log that several nodes share, which one of them has at a time.

It is held by a lock of the one session with PostgreSQL over which the appends go, so that whoever has lost the session
has lost the pen. Taking it is an append itself, `pen.taken`, whose position is the term. It fences: whoever decided on an
older end of the log is refused, so that what is not in the log before it can never come in after it.
"""
