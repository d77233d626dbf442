"""Addresses of checks: for workers who run curves again, and for whoever asks what can be trusted."""
