"""The log folded with a correction, in a child process, from the nearest snapshot: what it amounts to."""
