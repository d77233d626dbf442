"""Factoring by the elliptic curve method: numbers, curves, effort and what to run next."""
