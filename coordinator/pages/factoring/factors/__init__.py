"""Factors: the lists of those that were found, and the page of one."""
