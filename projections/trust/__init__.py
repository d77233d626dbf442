"""Trust: what is checked, what checks have said, and of how much anybody can tell whether it was computed."""
