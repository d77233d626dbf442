"""The answer when nothing can be written just now."""


class Unavailable(Exception):  # noqa: N818 - names what is the case
    """Nothing can be written just now; nothing happened, and trying again later may succeed."""

    @classmethod
    def because(cls, error: Exception) -> "Unavailable":
        """Say what stood in the way."""
        return cls(f"Nothing can be written just now ({error}); nothing was recorded, try again later.")
