"""Digests of contents of any length are those of SHA-256, however they are fed to it."""

import random
from hashlib import sha256

import pytest

from core.events.digest import digest_of


@pytest.mark.parametrize("pieces", range(4))
@pytest.mark.parametrize("more", [-1, 0, 1, 1_000])
def test_a_content_of_any_length_has_the_digest_that_the_whole_of_it_has(pieces, more):
    content = random.Random(pieces).randbytes(max(2_047 * pieces + more, 0))
    assert digest_of(content) == sha256(content).digest()
