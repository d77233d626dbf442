"""Factoring as it can be seen: what decisions need in `state`, and one file for each view that people ask for.

The state is large, so that its tables are listed in `tables`, and facts folded into them in `folding`.
"""
