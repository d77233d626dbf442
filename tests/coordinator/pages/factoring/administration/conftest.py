import pytest

P20, P21 = 10**19 + 51, 10**20 + 39


@pytest.fixture
def number(client):
    """The id of a number on record."""
    client.post("/api/v1/composites/bulk", json=[str(P20 * P21)])
    return client.get("/api/v1/composites").json()["composites"][0]["id"]
