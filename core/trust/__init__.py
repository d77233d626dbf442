"""Trust: evidence that what was reported was computed. A share of all curves is run again by somebody else and compared."""
