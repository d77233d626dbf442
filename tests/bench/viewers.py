"""People who look at live pages, in a process of their own: so many streams of frames, read and thrown away.

Usage: viewers.py ADDRESS COUNT PAGE... prints `ready` when every stream has had its first frame; at the end of its
standard input, how many frames came to each stream, the least and the median, and the bytes of all of them.
"""

import asyncio
import statistics
import sys
from urllib.parse import quote, urlsplit

_ENDS_FRAME = b"\n\n"


class Viewer:
    """One stream."""

    def __init__(self) -> None:
        self.frames = 0
        self.bytes = 0

    async def follow(self, address: str, page: str, ready: asyncio.Barrier) -> None:
        """Read frames until cancelled."""
        parts = urlsplit(address)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        writer.write(f"GET /live?page={quote(page, safe='')} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
        try:
            while piece := await reader.read(256 * 1024):
                first = self.frames == 0
                self.bytes += len(piece)
                self.frames += piece.count(_ENDS_FRAME)
                if first and self.frames:
                    await ready.wait()
        finally:
            writer.close()


async def main(address: str, count: int, pages: list[str]) -> None:
    """Look at the pages in turn until standard input ends."""
    ready = asyncio.Barrier(count + 1)
    viewers = [Viewer() for _ in range(count)]
    tasks = [
        asyncio.create_task(viewer.follow(address, pages[i % len(pages)], ready)) for i, viewer in enumerate(viewers)
    ]
    await ready.wait()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    for task in tasks:
        task.cancel()
    frames = [viewer.frames for viewer in viewers]
    print(min(frames), statistics.median(frames), sum(viewer.bytes for viewer in viewers))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
