"""Subscribers to one simulation, in a process of their own: how long each point took to reach each of them.

Usage: subscribers.py ADDRESS COUNT POINTS. Prints `ready`, and when every subscriber has had so many points the median
and the 99th percentile, in milliseconds, of the time between a point's timestamp and its arrival. The timestamp is when
the coordinator received the point, so the time of the commit is included.
"""

import asyncio
import json
import statistics
import sys
import time
from datetime import datetime

from websockets.asyncio.client import connect


async def subscribe(address: str, points: int, ready: asyncio.Barrier) -> list[float]:
    """Return the milliseconds that each point took."""
    arrivals: list[tuple[float, str]] = []
    async with connect(address, compression=None) as socket:
        await socket.recv()
        await ready.wait()
        count = 0
        while count < points:
            frame = await socket.recv()
            arrivals.append((time.time(), str(frame)))
            count += str(frame).count("timestamp")
    return [
        (at - datetime.fromisoformat(point["timestamp"]).timestamp()) * 1000
        for at, frame in arrivals
        for point in json.loads(frame)["data_points"]
    ]


async def main(address: str, count: int, points: int) -> None:
    """Run the subscribers."""
    ready = asyncio.Barrier(count + 1)
    tasks = [asyncio.create_task(subscribe(address, points, ready)) for _ in range(count)]
    await ready.wait()
    print("ready", flush=True)
    took = sorted(one for taken in await asyncio.gather(*tasks) for one in taken)
    print(statistics.median(took), took[int(len(took) * 0.99)])


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
