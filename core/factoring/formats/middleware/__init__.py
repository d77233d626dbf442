"""Formats of the system replaced, the ECM Coordination Middleware: what its clients sent, and what it dumped."""
