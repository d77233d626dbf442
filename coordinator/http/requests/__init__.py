"""Requests: what they say, read without believing it, and why it does not fit, in a sentence."""
