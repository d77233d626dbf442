"""Onward: requests that another process answers, from a desk to its office and from a node to the one that writes."""
