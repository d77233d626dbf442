"""The command line: `main` finds the commands, of which each has a file or a room here, or on another floor.

The rooms from the bottom to the top. A room imports only from those listed before it; `tests/architecture` holds that.

What commands share:

    ending.py       how they end
    options.py      options of several
    terminal/       how they write
    reaching/       how they come to a coordinator that runs, or to the directory of one that is stopped
    children.py     other processes of ours, which end when this one does

A coordinator:

    crew.py         workers beside it
    serve.py        `serve`
    database.py     `prepare-database`
    joining.py      `join`

Its log, whether it runs or not:

    rebuilding.py   `replay --projection`
    auditing.py     `verify` and `replay`
    heads.py        `heads`, `prove` and `check-proof`
    transfer.py     `export` and `import`
    backups.py      `backup` and `restore`
    keys.py         `keys`
    forgetting.py   `forget`
    legacy/         `import-legacy`

One that runs, over the wire:

    submit.py       `submit`
    report.py       `report`
    status.py       `status`
    steering.py     `pause`, `drain` and `resume`
    shares.py       `shares`
    users.py        `users` and `clients`
    webhooks.py     `webhooks`

Without any:

    mathematics.py  `tlevel` and `curves`

All of it at once:

    demo/           `demo`

And what finds them:

    compiled.py     files that Python compiled, and that a full disk has cut off
    main.py         the command `tallystick`
    __main__.py     the same for whoever starts it from this very Python
"""
