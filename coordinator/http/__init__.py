"""HTTP: routes, who may use them, and what is said when something is turned down.

The rooms from the bottom to the top. A room imports only from those listed before it; `tests/architecture` holds that.

How a request is answered:

    requests/       what requests say, read without believing it
    admission/      who is let in, by which key, and how often
    shared.py       what all handlers of an application share
    workers/        which workers are given work, and whether any are here
    caller.py       who calls, and whether they may
    past.py         the moment of the past that a request asks about
    browsers.py     who would rather have a page, and where that is
    responses/      what answers are made of: every error's one shape, every list's two forms
    around/         what happens before each handler, and is told after it
    places.py       whether a desk answers, or its office
    commanding.py   from a handler to the writer
    quick.py        routes that workers send to all the time

Addresses that belong to all:

    leases.py       asking for work, and handing it back
    bulk/           what was done, thousands of items at a time, of every kind that contexts bring
    clients.py      what clients are called
    log/            the log itself
    system/         the program: its version, its health, what is paused
    description/    the description of the API: made of the routes, and shown

Addresses of the contexts:

    access/         keys, invitations and users
    counting/       jobs that count primes
    factoring/      numbers, work on them, results
    federation/     agents, and what all know together
    notifications/  subscriptions
    simulations/    machines, and what runs on them
    tasks/          small arithmetic
    trust/          checks

    middleware/     the dialect of the system replaced

Read in this order: `caller`, `commanding`, `responses.problems`, `responses.tables`, then a context's routes;
`coordinator.server` puts them together.
"""
