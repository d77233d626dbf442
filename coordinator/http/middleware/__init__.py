"""The addresses of the system replaced, the ECM Coordination Middleware, whose clients go on working unchanged.

Its times are ISO 8601 without a zone, and mean UTC. Its client takes a number all the way to its target and holds it for
days, so nobody else is given a share meanwhile. When there is nothing to do the answer is 200 with nulls and a message,
since its client tells so from a failure.
"""
