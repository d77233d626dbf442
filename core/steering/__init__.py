"""Steering: what is paused, so that no work is handed out for it."""
