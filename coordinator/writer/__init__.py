"""The one writer: it alone appends to the log and changes projections."""
