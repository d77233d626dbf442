"""The log goes on under another writer."""

from core.events.chain import stamp
from core.events.envelope import Envelope, NewEvent
from core.log.events import PenTaken
from tests.golden.staging import leads_to, name


@leads_to("pen.taken.v1")
def take_the_pen(office):
    """A node takes the pen, between two batches."""
    end = office.log.head()
    newest = office.log.read(end.position - 1, 1)[0].recorded_at
    envelope = Envelope(newest, None, "operator", "operator/~#", name(office))
    office.log.append(stamp([NewEvent("pen", PenTaken(node="north"))], envelope, end, office.log.version), end)
