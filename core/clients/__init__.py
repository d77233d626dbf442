"""Clients, by opaque number, their names sealed so that they can be forgotten."""
