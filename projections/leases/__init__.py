"""The table of leases, one in each context's file that assigns work."""
