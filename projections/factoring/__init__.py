"""Factoring as it can be seen: what decisions need in `state`, and files for each view that people ask for.

The rooms from the bottom to the top. A room imports only from those listed before it; `tests/architecture` holds that.

    ids.py       the newest ids that were given out
    imports.py   which rows of the system replaced were taken over
    numbers/     the table of numbers and what hangs on it: parts, forms, projects, shares of effort, the order of free ones
    assignment/  work: what was handed out, to whom, in whose turn, and what promises the most
    lists/       numbers in lists: counted, searched, ranked, a page at a time
    credit/      what curves and other runs count for, and what was reported by whom
    wholes/      submitted numbers as wholes, however deep they were split
    residues/    residue files: who holds them, how they stand
    factors.py   factors, one row for each
    division.py  numbers taken apart, and what then counts for each part
    tables.py    the tables that decisions read
    folding.py   how facts are folded into them
    state.py     what decisions ask
"""
