"""Backups: everything that can't be made again, as it was at one moment, and checked."""
