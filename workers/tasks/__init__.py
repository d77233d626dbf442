"""Tasks: small jobs, computed at once or in a process apart."""
