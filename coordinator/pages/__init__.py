"""Pages that people look at: rendered on the server, readable without JavaScript, live with it.

A page is an address, a template and a model: a function from the node and what the address says to what the template
shows. Blocks of a template whose names begin with `live_` are rendered again whenever the log has grown, once for all
who look at the same address, and sent to them (`live`). Everything a page needs is served from here.

What belongs to one context, that context brings (`contributing`); `contents` puts it together with what belongs to all.
"""
