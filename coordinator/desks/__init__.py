"""Desks: processes that answer HTTP before one office, and what goes between them."""
