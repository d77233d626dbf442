"""Read models folded from events into SQL tables, and the queries over them.

The rooms from the bottom to the top. A room imports only from those listed before it; `tests/architecture` holds that.
But for `runtime` each is called as the room of `core` whose events it shows.

    runtime/        what every projections file has: tables, a checkpoint, remembered answers, the fold of events into them
    clients/        who works here, and by which names
    access/         keys, invitations and users
    steering/       what is paused
    leases/         who holds what until when: a table in the file of each context that assigns work
    factoring/      numbers, work on them, and what it came to
    counting/       jobs that count primes, and their chunks
    federation/     agents, and what all know together
    simulations/    machines, what runs on them, and its losses
    tasks/          small arithmetic
    trust/          checks, and how machines stand by them
    notifications/  subscriptions and alarms
    contexts.py     every projections file, one line each
"""
