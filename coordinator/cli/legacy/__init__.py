"""`import-legacy`: moving in from the system replaced."""
