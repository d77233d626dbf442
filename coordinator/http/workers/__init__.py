"""Workers, over HTTP: which of them are given work, and whether any are here."""
