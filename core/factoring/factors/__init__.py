"""Factors: what claims of them make of numbers, of others that share them, and of the work that is out on them."""
