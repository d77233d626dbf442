"""The contexts with all that they bring, the application put together of them, and the web server around it.

The rooms from the bottom to the top. A room imports only from those listed before it; `tests/architecture` holds that.

What is served:

    contexts.py     every context with all that it brings
    application.py  one application of all of them

By what it is served:

    connections/    one connection: what may come over it, and how what is answered leaves
    running.py      one of our processes, from its start to its end
    answering.py    uvicorn as we need it, around an application that is open
    remembering.py  sessions, which every node remembers
    onward/         requests that another process answers
    nodes.py        a listener of its own for other nodes
    parts.py        one part of a coordinator of several processes: the office, a desk, the crew
    supervising.py  the process that starts those parts, and starts again what was killed
    serving.py      a coordinator from its first line to its last, in one process or in several
"""
