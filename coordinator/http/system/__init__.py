"""The coordinator as a program, over HTTP: what answers, how it is, what is paused."""
