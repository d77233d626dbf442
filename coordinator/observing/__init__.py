"""Observing a running coordinator: its log lines and its metrics."""
