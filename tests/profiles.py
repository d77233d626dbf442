"""How hard properties are tried: as it is enough for every change, thoroughly by drills, and by chance.

In the suite and in drills the examples are the same in every run; with a random seed they are others for each.
"""

from hypothesis import HealthCheck, settings

SUITE = "suite"

# The machine is shared: how long an example takes says nothing about the code.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(SUITE, settings.get_profile("shared"), max_examples=100, derandomize=True)
settings.register_profile("thorough", settings.get_profile(SUITE), max_examples=300)
# Without a database a seed leads to the same examples wherever it is tried again. On a CI server Hypothesis's own
# default is to try the same examples every time, so that chance has to be asked for.
settings.register_profile("random", settings.get_profile("shared"), max_examples=300, database=None, derandomize=False)


def trying(examples, **others):
    """Settings of a property whose examples take long: so many in the suite, and three times as many elsewhere."""
    return settings(max_examples=examples * settings.default.max_examples // 100, **others)


def running(examples, steps, **others):
    """Settings of a state machine: so many runs in the suite, each of so many steps, and three times as many elsewhere."""
    return trying(examples, stateful_step_count=steps, suppress_health_check=list(HealthCheck), **others)
