"""Lists of numbers: how many there are of each kind, searched by text, ranked, and read a page at a time."""
