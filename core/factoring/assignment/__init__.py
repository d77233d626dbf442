"""Assignment: who works on what, and how much of it; curves, P-1 and P+1, sieving and reservations, in fair turns."""
