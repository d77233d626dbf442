"""Reactors do outside of the coordinator what follows from the log; never during a rebuild.

A reactor has no memory. It compares what waits in the state with what is out there, at start, on reconnect and every few
seconds, and makes the two equal; events only wake it.
"""
