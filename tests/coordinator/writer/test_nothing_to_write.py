import asyncio

from coordinator.opening import opened


def test_no_orders_are_performed_at_once_and_hold_up_nobody(tmp_path):
    async def visit():
        async with opened(tmp_path) as node, asyncio.timeout(10):
            return await node.perform_all([])

    assert asyncio.run(visit()) == []
