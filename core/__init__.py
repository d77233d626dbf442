"""The truth: numbers, curves, events and decisions.

Everything here is pure: no I/O, no clock, no randomness of its own. Time, identifiers and randomness come in as fields
of a command. Other floors import this one; it imports none of them.
"""
