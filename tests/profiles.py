"""How hard properties are tried: always the same examples in the suite, more and random ones in `make fuzz` and `make soak`."""

from hypothesis import HealthCheck, settings

SUITE, RANDOM = "suite", "random"
_MORE = 5

# The machine is shared: how long an example takes says nothing about the code.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(SUITE, settings.get_profile("shared"), max_examples=100, derandomize=True)
# Without a database a seed leads to the same examples wherever it is tried again.
settings.register_profile(RANDOM, settings.get_profile("shared"), max_examples=100 * _MORE, database=None)


def trying(examples, **others):
    """Settings of a property whose examples take long: so many in the suite, more with a random seed."""
    return settings(max_examples=examples * settings.default.max_examples // 100, **others)


def running(examples, steps):
    """Settings of a state machine: so many runs in the suite, more with a random seed, each of so many steps."""
    return trying(examples, stateful_step_count=steps, suppress_health_check=list(HealthCheck))
