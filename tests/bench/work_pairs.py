"""A load of its own process: 64 clients that ask for a number and complete it, again and again.

Arguments: the coordinator's address, connections, seconds. Prints pairs per second, and how many of them came to nothing.
"""

import asyncio
import re
import sys
import time
from urllib.parse import urlsplit

_WORK = re.compile(rb'"work_id":"([^"]+)"')
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


async def main(address: str, connections: int, seconds: float) -> None:
    """Run all clients, and add up what they did."""
    parts = urlsplit(address)
    ends_at = time.perf_counter() + seconds
    tallies = await asyncio.gather(
        *(_client(parts.hostname or "", parts.port or 80, f"bench-{n}", ends_at) for n in range(connections))
    )
    pairs, failures = (sum(column) for column in zip(*tallies, strict=True))
    print(f"{pairs / seconds:.1f} {failures}")


async def _client(host: str, port: int, name: str, ends_at: float) -> tuple[int, int]:
    reader, writer = await asyncio.open_connection(host, port)
    ask = f"GET /api/v1/ecm-work?client_id={name}&timeout_days=5&work_type=standard HTTP/1.1\r\nHost: {host}\r\n\r\n"
    pairs = failures = 0
    while time.perf_counter() < ends_at:
        writer.write(ask.encode())
        work = _WORK.search(await _answer(reader))
        if work is None:
            failures += 1
            continue
        writer.write(
            b"POST /api/v1/work/%b/complete?client_id=%b HTTP/1.1\r\nHost: %b\r\nContent-Length: 0\r\n\r\n"
            % (work[1], name.encode(), host.encode())
        )
        failures += b'"completed"' not in await _answer(reader)
        pairs += 1
    writer.close()
    return pairs, failures


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    return await reader.readexactly(int(length[1])) if length else b""


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
