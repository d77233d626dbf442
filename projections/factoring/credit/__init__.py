"""Credit: what curves, P-1 and P+1 and declared work count for, how that came about, and who contributed it."""
