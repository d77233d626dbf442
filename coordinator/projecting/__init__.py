"""Projections files from outside: opening them at start, reading them, building them anew."""
