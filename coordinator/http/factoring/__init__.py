"""Factoring's addresses: parse, one command or one query, answer."""
