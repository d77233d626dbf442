"""Pace: the curves of each hour with what they found, the stock of work, and when what is left is done."""
