"""Simulations as they can be seen: what decisions need in `state`, and one file for each view that people ask for."""
