"""The command line: `main` finds the commands, every other file is a group of them, `ending` is how they end."""
