"""Factoring's own addresses: parse, one command or one query, answer. Those of the system replaced are `middleware`."""
