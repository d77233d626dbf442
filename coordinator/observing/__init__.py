"""What an operator sees of a running coordinator: its log lines and its metrics."""
