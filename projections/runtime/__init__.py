"""The runtime of every projections file: tables, a checkpoint, remembered answers, and the fold of events into them."""
