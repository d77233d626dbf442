"""How long something takes, to compare it with something else: the seconds themselves depend on the machine and its load."""

import time


def cpu_seconds(work, *arguments, runs=3):
    """Return the CPU time of calling something, the least of a few runs."""

    def once():
        began = time.process_time()
        work(*arguments)
        return time.process_time() - began

    return min(once() for _ in range(runs))
