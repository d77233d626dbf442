"""Simulations on machines, and how their losses converge.

Read in this order: `events` (what is recorded), `state` (what decisions need to know), `machines`, `lifecycle` and
`convergence` (the decisions), `placing` (who gets a machine that becomes free), `decide` (all of it as a context).
"""
