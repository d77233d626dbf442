import pytest

from workers.gmp_ecm import candidates


@pytest.fixture(scope="session")
def ecm():
    """Path of a GMP-ECM on this machine."""
    return str(candidates()[0].path)
