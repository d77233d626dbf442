"""Numbers: in lists, chosen by a query, and the page of one, with why its t-level is what it is, its residue files, and handing in."""
