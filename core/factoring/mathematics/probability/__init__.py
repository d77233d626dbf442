"""Probability: how likely one curve is to find a factor of some size."""
