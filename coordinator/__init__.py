"""What happens: the log, the writer, HTTP, pages, live streams, settings and the command line."""
