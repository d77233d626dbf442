"""Numbers on the list: handed in, described, wanted, put aside."""
