"""Why a figure is what it is: the events that made it, each with its share."""
