"""The command line: `main` finds the commands, of which each has a file or a room here, or on another floor.

`options` is what they share, `reaching` how they come to a coordinator, `terminal` how they write, `ending` how they end.
"""
