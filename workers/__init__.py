"""Workers: programs that ask a coordinator for work over the wire. They import core only.

The rooms from the bottom to the top. A room imports only from those listed before it; `tests/architecture` holds that.

    halting.py    stopping whoever is at work
    ending.py     an end that is known beforehand
    display.py    what a terminal shows
    held.py       files that are not whole yet, and places for a batch: held, and cleared when nobody holds them
    processes/    child processes that end when the worker does, however it ends
    wire/         the coordinator at the other end, and results kept on disk until it has them
    executors.py  what every kind of work has in common
    lease.py      keeping work that was assigned
    factoring/    curves, P-1 and P+1 by GMP-ECM, checks of them, and the sieving of what is left
    counting/     primes, counted in pieces
    tasks/        small tasks, over HTTP or from a queue
    kinds.py      every kind of work, one line each
    program.py    the worker itself
    reaching.py   the options by which commands are told of a coordinator
    jobs/         work that is taken along, and handed in later: commands of their own
    cli.py        the command `work`
"""
