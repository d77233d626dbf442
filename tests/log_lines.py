"""Log lines of coordinators within a test's own process."""

import structlog


def keep_short():
    """Write tracebacks without the variables of every frame: of those, a whole coordinator among them, structlog draws pages."""
    structlog.reset_defaults()
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])
