"""Numbers: each exists once, by value; its parts, forms and projects, what made its effort, and in which order free ones are given out.

The modules from the bottom to the top. One imports only from those listed before it; `tests/architecture` holds that.

In which order free ones are given out:

    ahead.py     the first ones for one kind of wish
    held.py      those that somebody holds
    projects.py  which projects they belong to
    ordering.py  by priority, then by strategy, then by id

What each is:

    pairs.py     which digits it has, for searches
    table.py     its row
    family.py    which is a part of which
    forms.py     algebraic forms

What was done on it, and with it:

    shares.py    which events made what counts for it
    progress.py  what is credited to it, spent on it and charged to it
    curation.py  what is wanted of it, and what was put aside
"""
