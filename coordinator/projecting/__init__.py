"""Projections files from outside: opening them at start, reading them, building them anew.

Read in this order: `folding` (the one way from the log into files), `opening`, `readers`, `building` (in a child process),
`withheld` (a context whose files are not there yet).
"""
