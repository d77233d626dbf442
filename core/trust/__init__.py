"""Trust: evidence that what was reported was computed. A share of all curves is run again by somebody else and compared.

The modules from the bottom to the top. One imports only from those listed before it; `tests/architecture` holds that.

What is computed:

    budget.py     how much may be checked: no more than a hundredth of all that is computed
    standing.py   what a machine has earned, and what checks have said of it
    chain.py      the secrets that are drawn with, a day each, told beforehand by one hash
    expecting.py  what somebody's curves should have found, against what they found

What passes between a decision and the world:

    events.py     the facts in the log
    state.py      what decisions are told
    answers.py    what a command is answered
    drawing.py    which curves are drawn
    commands.py   what is asked for

What is decided:

    weighing.py   what is drawn, and when a secret is opened
    checking.py   who runs a curve again, and what it says when the checksums differ
    decide.py     which decision answers which command

What anybody can do with a log alone:

    ledger.py     what was computed and what of it was drawn, day by day
    auditing.py   drawing again
"""
