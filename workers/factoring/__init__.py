"""Factoring: assignments done by GMP-ECM, curves of others checked, small leftovers sieved."""
