"""A form that can't be taken because the system lacks something comes back with what was filled in, as any refused one does."""

import errno
import os

import pytest

from coordinator.files import durable
from coordinator.intake import uploads

NUMBER = str((10**39 + 3) * (10**40 + 121))
PAGE = {"Accept": "text/html"}


@pytest.mark.parametrize(
    ("lack", "status"),
    [(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), 503), (MemoryError(), 503), (KeyError(), 500)],
)
def test_a_list_that_there_is_no_room_for_comes_back(client, monkeypatch, lack, status):
    def rename(_partial, path):
        if lacking:
            raise lack
        durable.rename_durably(_partial, path)

    lacking = True
    monkeypatch.setattr(uploads, "rename_durably", rename)
    answer = client.post("/submit", data={"text": NUMBER}, headers=PAGE, follow_redirects=False)
    assert (answer.status_code, NUMBER in answer.text) == (status, status == 503)
    if isinstance(lack, OSError):
        assert "No space left on device" in answer.text
    lacking = False
    assert client.post("/submit", data={"text": NUMBER}, headers=PAGE, follow_redirects=False).status_code == 303
