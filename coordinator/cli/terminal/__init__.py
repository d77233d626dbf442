"""The terminal: bars and tables for people, JSON for programs, in signs that it has."""
