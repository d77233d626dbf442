"""The coordinator: the log, the writer, HTTP, pages, live streams, settings and the command line.

The rooms from the bottom to the top. A room imports only from those listed before it; `tests/architecture` holds that.

    files/          files in a data directory: that survive a power cut, are only read, or are not kept; why some can't be used
    unavailable.py  the answer when nothing can be written just now
    failures.py     how the log tells of what failed: of a full disk why, of a fault of the program also where
    time/           the one clock that commands get their time from, and how what takes long shares the event loop
    setup/          how all is set up, and from which places that is read
    sealing.py      the keys under which clients' names are sealed
    processes/      child processes for what takes long, and how far they have come
    live/           streams: what is told to those who watch
    log/            the event log on SQLite, and shared through PostgreSQL: appending, reading, searching, checking its chain
    residues/       residue files: checked, kept under what they hold
    heads/          signing where the log ends, proving what is in it, holding it against what others have kept
    projecting/     projections as files: opened, read, folded, compared, built in a child process
    writer/         the one thread that writes: batches, the commit protocol, failpoints
    clients/        names that clients call themselves by, and who was here lately
    past/           projections as they were at any moment, asked as the live ones are
    correcting/     what a correction amounts to: commands decided again, in a child process, from the nearest snapshot
    webhooks/       delivering events to those who have subscribed, in a child process
    auditing/       a whole log at a time: verified, exported, imported
    backups/        taking one beside a running coordinator, and restoring it
    founding.py     how a log begins
    ownkeys.py      the coordinator's own keys, and what becomes of one that is lost
    pen/            who may append to the log that nodes share: taking that right, holding it, losing it, following
    node.py         what is open while the coordinator runs
    opening.py      the composition root: puts a node together from what lies in a data directory
    explaining/     why a figure is what it is: the events that made it
    observing/      log lines and metrics
    intake/         long lists that come in: numbers uploaded, what would become of them, the system replaced
    operations/     what is done on a running coordinator, whoever asks; and what it does for itself, its upkeep
    reactors/       what happens outside because of what is in the log; without memory, never during a rebuild
    desks/          several processes that answer HTTP before one office: frames, orders and answers in them
    http/           routes, who may use them, and what is said when something is turned down
    pages/          pages and their templates
    server/         the contexts with all that they bring, the application put together of them, the web server around it
    cli/            the commands, the demo among them
"""
