"""`demo`: a coordinator and two workers factor the numbers of examples/composites.txt before your eyes.

`command` is the play, `story` what happened so far, `screen` how it looks,
`errands` the small jobs of the other kinds beside it.
"""
