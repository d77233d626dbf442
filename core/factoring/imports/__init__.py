"""Moving in from the system replaced: rows of its tables become events."""
