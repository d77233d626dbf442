"""What every projections file is made of: tables, a checkpoint, remembered answers, and the fold of events into them."""
