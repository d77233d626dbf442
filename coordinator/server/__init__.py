"""The contexts with all that they bring, the application put together of them, and the web server around it.

Read in this order: `contexts`, `application`, `serving`; then `supervising` and `parts` for a coordinator of several processes,
`nodes` and `relaying` for one of several nodes.
"""
