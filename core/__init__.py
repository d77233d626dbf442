"""The truth: numbers, curves, events and decisions.

Everything here is pure: no I/O, no clock, no randomness of its own. Time, identifiers and randomness come in as fields
of a command. Other floors import this one; it imports none of them.

The rooms from the bottom to the top. A room imports only from those listed before it; `tests/architecture` holds that.

How values are read and written:

    refusals.py     why a command or a query is turned down, in one sentence
    bigint.py       integers of any size
    wording.py      numbers, lengths of time and sizes for people
    timestamps.py   time as it is kept, in microseconds
    legibility.py   letters that show nothing, or turn the text around them
    free_text.py    names and prose as people write them
    encodings.py    how texts are written down that people bring along
    addresses.py    where a coordinator or another host is reached
    bearing.py      how many at a time a machine bears

What every context rests on:

    events/         the envelope of an event, the chain that ties events together, the register of everything that can happen
    deciding.py     commands, and the contexts that decide them
    clients/        who works here, by opaque number
    access/         API keys, the roles that they carry, and whose names are whose
    steering/       what is paused, so that no work is handed out for it
    considering.py  the one way from a command to events
    leases/         assignments that expire
    corrections/    events that do not count any more
    log/            the log itself

The contexts:

    factoring/      numbers, curves, and what to run next
    counting/       primes up to some number, in chunks
    federation/     what agents know, merged
    simulations/    machines, what runs on them, and how it converges
    tasks/          small exact arithmetic
    trust/          a share of all curves is run again and compared
    notifications/  who is told of events, and of alarms
    contexts.py     every context, one line each
"""
