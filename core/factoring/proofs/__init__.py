"""What is found out afterwards, by computing for seconds: proofs of primality, and orders of groups."""
