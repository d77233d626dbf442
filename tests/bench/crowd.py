"""Those who only cost: connections that stall or crawl, long polls, and floods of headers, in a process of their own.

Usage: crowd.py ADDRESS SLOW POLLS FLOODS prints `ready` when all are at it; at the end of its standard input, how many
floods were turned away, and how many polls were answered.
"""

import asyncio
import contextlib
import itertools
import sys
from collections import Counter
from urllib.parse import urlsplit

_CRAWL_SECONDS = 0.5
_HEADER = b"X-Flood: " + b"x" * 1_000 + b"\r\n"
_HEADERS = 100_000
"""In one flood, 100 MB."""

seen: Counter[str] = Counter()


async def stall(host: str, port: int, number: int) -> None:
    """Keep a connection that never gets to its point: half a head, then silence, or a body that crawls."""
    while True:
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection(host, port)
            if number % 2:
                writer.write(f"GET /health HTTP/1.1\r\nHost: {host}:{port}\r\nX-Half".encode())
                await reader.read()
            else:
                head = f"POST /push HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
                writer.write(f"{head}Content-Length: 1000000\r\n\r\n".encode())
                while not reader.at_eof():
                    writer.write(b" ")
                    await writer.drain()
                    await asyncio.sleep(_CRAWL_SECONDS)
            writer.close()


async def poll(host: str, port: int, number: int) -> None:
    """Ask for work that there is not, again and again."""
    ask = f"GET /api/v1/counting/work?client_id=poll-{number}&wait=30 HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode()
    while True:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            reader, writer = await asyncio.open_connection(host, port)
            while not reader.at_eof():
                writer.write(ask)
                await reader.readuntil(b"}")
                seen["polls"] += 1
            writer.close()


async def flood(host: str, port: int) -> None:
    """Send headers without end, and begin again when that is turned away."""
    while True:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection(host, port)
            writer.write(f"GET /health HTTP/1.1\r\nHost: {host}:{port}\r\n".encode())
            for _ in itertools.repeat(None, _HEADERS):
                writer.write(_HEADER)
                await writer.drain()
            writer.close()
        seen["floods"] += 1
        await asyncio.sleep(0)


async def main(address: str, slow: int, polls: int, floods: int) -> None:
    """Be all of them until standard input ends."""
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or 80
    crowd = [asyncio.create_task(stall(host, port, number)) for number in range(slow)]
    crowd += [asyncio.create_task(poll(host, port, number)) for number in range(polls)]
    crowd += [asyncio.create_task(flood(host, port)) for _ in range(floods)]
    await asyncio.sleep(2)
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    for task in crowd:
        task.cancel()
    print(seen["floods"], seen["polls"])


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], *map(int, sys.argv[2:])))
