"""Trying a property as often as is wished, without a word on how Hypothesis would like it."""

from hypothesis import HealthCheck, Phase, seed, settings


def some(examples, number=None):
    """Return what has a property tried so many times; with a number, by the random inputs that belong to it."""
    wished = settings(max_examples=examples, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    return wished if number is None else lambda test: seed(number)(wished(test))
