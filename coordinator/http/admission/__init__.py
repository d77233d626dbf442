"""Admission: who is let in, by which key, session or name of the host, and how often."""
