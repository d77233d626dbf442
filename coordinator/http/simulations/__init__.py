"""The addresses of simulations: parse, one command or one query, answer."""
