"""Pages that people look at: rendered on the server, readable without JavaScript, live with it.

A page is an address, a template and a model: a function from the node and what the address says to what the template
shows. Blocks of a template whose names begin with `live_` are rendered again whenever the log has grown, once for all
who look at the same address, and sent to them (`serving.following`). Everything a page needs is served from here:
`templates`, in folders named after the rooms here, what is `static`, and the `checker`, which people may keep.

The rooms from the bottom to the top. A room imports only from those listed before it; `tests/architecture` holds that.

How a page comes about:

    charts/          charts in SVG: scales and axes, lines, bars, ladders, and what happened when
    once.py          forms that are sent twice from one page, and done once
    rendering/       from a template and what it shows to HTML, with the navigation around it
    serving/         pages over HTTP: what an address asks for, answered as HTML, as data, as an image, or live
    forms/           what is posted from pages, and what becomes of it when nobody has signed in
    contributing/    what a context brings: its pages, its part of those that belong to all, its sentences about events

Pages that belong to all:

    errors.py        an address that can't be shown
    describing.py    the description of the API, to read and to try
    elsewhere.py     charts and badges on pages of other sites
    access/          signing in, and joining in
    log/             the events, and how anybody can check them
    workers.py       who is at work, and what waits for them
    overview.py      what each context is about just now
    searching.py     search, wherever contexts find something
    administration/  what can be changed with a key

Pages of the contexts:

    counting/        jobs that count primes
    factoring/       numbers, factors, projects and who did most, with an administration of their own
    federation.py    those who take part, and their topics
    notifications/   webhooks
    simulations/     machines, and how what runs on them converges
    tasks.py         small arithmetic
    trust.py         sentences about checks; they have no page

    contents.py      every page, one line each
"""
