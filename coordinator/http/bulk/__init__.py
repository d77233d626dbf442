"""The bulk address: what clients did, thousands of items at a time, of every kind that contexts bring."""
