"""Factoring's own addresses: parse, one command or one query, answer. Those of the system replaced are `middleware`.

The modules from the bottom to the top. One imports only from those listed before it; `tests/architecture` holds that.

How it is asked and answered:

    parameters.py     what several routes take
    shapes.py         what is sent, and how t-levels and bounds are written
    rows.py           rows of its tables

What is looked at:

    composites.py     numbers: lists, and all that is known of one
    factorization.py  a number as one product
    prospects.py      what is next on a number, and what a day's work may lead to
    statistics.py     figures about all the work
    feeds.py          feeds of factors

What is handed in:

    submitting.py     numbers, many at a time
    uploading.py      long lists of them
    results.py        curves that were run
    items.py          both, at the bulk address
    corrections.py    what was wrong, and does not count any more

What is worked on:

    work.py           assignments: asked for, kept, handed back
    jobs.py           those that are done without a network
    sharing.py        by which weight projects get them, and until when

    routes.py         all of these addresses
"""
