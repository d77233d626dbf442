"""The addresses of the system replaced, the ECM Coordination Middleware, whose clients go on working unchanged.

Its times are ISO 8601 without a zone, and mean UTC. Its client takes a number all the way to its target and holds it for
days, so nobody else is given a share meanwhile. When there is nothing to do the answer is 200 with nulls and a message,
since its client tells so from a failure.

The rooms from the bottom to the top. A room imports only from those listed before it; `tests/architecture` holds that.

What its clients say and are told:

    naming.py          by which names a client of this kind goes
    reports.py         a report by the id that its sender was told
    residue_shapes.py  what is sent about residue files
    resuming.py        whether a submission is the stage 2 of a residue file
    witnessing.py      what its output shows

Its addresses:

    ecm_work.py        asking for ECM and P-1 work
    method_work.py     asking for something to run by whatever method
    client_work.py     who holds or held which assignment
    submissions.py     handing in results
    residues.py        residue files, between stage 1 and stage 2
    standing.py        how numbers stand
    projects.py        projects, and how far their numbers are
    factors.py         factors, for other sites to poll
    redirects.py       the dashboards' old addresses
    administration/    what administrators do
    routes.py          all of these
"""
