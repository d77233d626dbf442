"""Files in a data directory: that survive a power cut, may be written to, are only read, or are not kept; why some can't be used."""
