"""The addresses of tasks."""
