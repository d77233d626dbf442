"""Formats in which other programs than GMP-ECM keep work that was run by hand: YAFU, Prime95, CADO-NFS, and t-level's notation.

None of them names its curves, so they count by their number; and none says all that decides what a curve is worth, so that
the lower is counted.
"""
