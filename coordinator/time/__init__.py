"""Time: the one clock that commands get theirs from, and how what takes long shares the event loop."""
