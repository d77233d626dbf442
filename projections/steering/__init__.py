"""The tables of what is paused."""
