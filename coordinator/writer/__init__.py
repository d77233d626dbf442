"""The one writer: it alone appends to the log and changes projections.

Read in this order: `writer` (the thread, and the queue before it), `committing` (the commit protocol), `deciding` (one batch
against the states), `applying` (views and files, several batches later). `preparing` is what happens before an order can
be decided; `swapping` and `correcting` are what happens between two batches.
"""
