"""Prospects: what a number may still hold, how long it takes to find that, and what to run next."""
