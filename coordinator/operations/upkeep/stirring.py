"""Telling whoever looks at a page what no event tells: that nothing can be written just now, say, and that it can again."""

from coordinator.node import Node
from coordinator.time.repeating import every

_EVERY_SECONDS = 0.9


async def run(node: Node) -> None:
    """Look, and tell, until cancelled."""
    await every(_EVERY_SECONDS, "pages_not_stirred", Look(node).again)


class Look:
    """Remembers what stood on every page at the last look beside what events tell.

    Args:
        node: what is shown.
    """

    def __init__(self, node: Node) -> None:
        self._node = node
        self._seen = self._untold()

    async def again(self) -> None:
        """Wake those who look at pages when it is something else now."""
        untold = self._untold()
        if untold != self._seen:
            self._seen = untold
            self._node.live.page_pulse.stir()

    def _untold(self) -> tuple[bool, bool, dict[str, str]]:
        node = self._node
        return node.unwritable is None, node.standing.out_of_touch, node.withheld.sentences
