"""Work that takes long: done in child processes or in the background, with its progress told.

A `child` is a process for one long piece of work; `children` are pools for pure functions, forked by a `fork_server`. Jobs in
the `background` go on in the event loop, and mostly wait for one of these.
"""
