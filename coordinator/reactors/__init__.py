"""Reactors do outside of the coordinator what follows from the log; never during a rebuild.

A reactor has no memory. It compares what waits in the state with what is out there, at start, on reconnect and every few
seconds, and makes the two equal; events only wake it.

The modules from the bottom to the top. One imports only from those listed before it; `tests/architecture` holds that.

What is told to others:

    alarms.py         alarms, as long as somebody wants to be told
    delivering.py     events, to those who have subscribed
    queue.py          the queue of tasks, as the coordinator sees it
    valkey_server.py  a Valkey server that holds it
    tasks.py          what is in it kept equal to what waits

What is found out afterwards, by computing for seconds:

    relatives.py      factors that numbers of the list have in common
    powers.py         roots of numbers that were taken before powers were
    primes.py         proofs that a number is prime
    orders.py         orders of curves
    proving.py        both, for what was found

What is checked:

    missed.py         earlier curves that should have found a factor
    drawing.py        which curves are run again, and what follows from a check that failed
"""
