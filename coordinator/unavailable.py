"""The answer when nothing can be written just now."""

from coordinator.files.unusable import words_of


class Unavailable(Exception):  # noqa: N818 - names what is the case
    """Nothing can be written just now; nothing happened, and trying again later may succeed."""

    @classmethod
    def because(cls, error: Exception) -> "Unavailable":
        """Say what stood in the way."""
        if isinstance(error, Unavailable):
            return error
        return cls(f"Nothing can be written just now ({words_of(error)}); nothing was recorded, try again later.")


class Doubtful(Unavailable):
    """It is not known whether something was recorded; with the same key it may be sent again."""

    @classmethod
    def because(cls, error: Exception) -> "Unavailable":
        """Say why it is not known."""
        return cls(
            f"This may have been recorded or not ({error}); send it again, with the same key, and it will be recorded once."
        )
