"""The wire: a coordinator that may be away for a while, and results that wait on disk until it has them."""
