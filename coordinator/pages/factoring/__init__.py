"""The pages of factoring: numbers, factors, who did most, projects; and its part of those that belong to all.

The rooms from the bottom to the top. A room imports only from those listed before it; `tests/architecture` holds that.

    pace/            the curves of each hour, the stock of work, and when what is left is done
    checked.py       how much of what was reported was checked
    telling.py       sentences for its events
    numbers/         numbers in lists, and the page of one
    factors/         factors in lists, and the page of one
    submitting.py    submitting numbers
    searching.py     what a search finds of numbers, assignments and projects
    overview.py      its part of the overview
    projects.py      what belongs to each project, and how far it is
    working.py       its part of the page of workers
    people/          the leaderboard, users and contributors
    administration/  what can be changed with a key
    contribution.py  all that factoring brings
"""
