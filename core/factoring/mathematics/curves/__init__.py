"""Curves one at a time: how far they are run, and what group their points form."""
