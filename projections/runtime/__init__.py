"""The runtime of every projections file: tables, a checkpoint, remembered answers, and the fold of events into them.

The modules from the bottom to the top. One imports only from those listed before it; `tests/architecture` holds that.

What is written:

    rows.py        many rows with few statements
    kept.py        rows held in memory, and written together
    answers.py     what commands were answered
    checkpoint.py  how far a file has come, and which of its views stopped
    paging.py      pages of a list, from its nearer end
    scrubbing.py   what was deleted, gone from the files too
    disk.py        a disk that fails, told from a fault of ours

What is folded:

    view.py        tables that people query, and no decision reads
    projection.py  state and views, and which events they are folded from
    recorded.py    commands as the log holds them
    file.py        one file: opened, folded into, committed
"""
