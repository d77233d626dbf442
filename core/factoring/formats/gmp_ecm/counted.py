"""Whether curves lack in a text, by the lines that count them."""

from core.factoring.formats.gmp_ecm.sentences import Run


class Counted:
    """Whether a text lacks curves: a program counts those of each number, `Run 24 out of 100:` from the second on.

    Attributes:
        unseen: how many curves were run before the text begins; None when that can't be told, or curves may lack elsewhere.
    """

    def __init__(self, *, whole: bool) -> None:
        self.unseen = 0 if whole else None
        self._undecided = not whole
        self._run = 0
        self._runs = 0
        self._next = 0
        self._from_the_first = False

    def begin(self) -> None:
        """A program begins."""
        self._undecided = False
        self._run, self._runs, self._next, self._from_the_first = 0, 0, 0, False

    def turn(self) -> None:
        """The curves of another number follow."""
        self.begin()
        self._from_the_first = True

    def announce(self) -> None:
        """A curve begins, or its place is taken by a division."""
        self._run = self._next or self._run + 1
        self._next = 0

    def follows(self, said: Run) -> bool:
        """Tell whether the curve that follows is the next one of its run, as far as the text tells."""
        if self._from_the_first and (said.run != self._run + 1 or self._runs not in {0, said.of}):
            return False
        if self._undecided:
            self.unseen = max(said.run - 1 - self._run, 0)
        self._undecided, self._from_the_first = False, True
        self._next, self._runs, self._run = said.run, said.of, said.run - 1
        return True

    def lose(self) -> None:
        """Curves may lack here."""
        self.begin()
        self.unseen = None
