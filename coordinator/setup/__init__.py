"""Settings: all that there are, and from which places they are read."""
