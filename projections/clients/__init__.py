"""Clients by number and, while they are not forgotten, by name."""
