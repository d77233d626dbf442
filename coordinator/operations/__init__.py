"""Operations on a running coordinator, whoever asks for them: an address, a page, a command or the first start.

The rooms from the bottom to the top. A room imports only from those listed before it; `tests/architecture` holds that.

    performing.py       how an operation has commands performed

What lies in its directory:

    projections/        tables built anew, and how far they have come
    verifying.py        the log and every table held against each other
    residues/           residue files taken in, kept alike on every node, removed

What was recorded:

    correcting.py       reports that do not count any more, or count again
    correction_jobs.py  the same in the background
    checks/             secrets that checks are drawn with, and doubtful reports
    recounting.py       every number's effort counted anew, to compare

Who works here:

    people.py           users and clients as people name them
    forgetting.py       their names made unreadable
    subscribing.py      who is told of events
    steering.py         what is paused, and who is told of it

What they work on:

    searching.py        texts looked for in numbers
    sharing.py          weights of projects, and deadlines
    reserving.py        numbers that are worked on elsewhere
    job_files.py        assignments that are done without a network
    seeding.py          the machines of a first start

And what a coordinator does for itself, asked by nobody:

    upkeep/             as time passes, when something fails, as the log grows
"""
