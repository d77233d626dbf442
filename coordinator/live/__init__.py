"""Streams to those who watch."""
