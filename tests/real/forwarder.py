"""A process that passes on what comes to one port of this machine to another: python -m tests.real.forwarder FROM TO."""

import asyncio
import sys
from contextlib import closing, suppress


async def _carry(reader, writer):
    with closing(writer), suppress(OSError):
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()


async def _main(port, target):
    async def pass_on(reader, writer):
        try:
            theirs, ours = await asyncio.open_connection("127.0.0.1", target)
        except OSError:
            writer.close()
            return
        await asyncio.gather(_carry(reader, ours), _carry(theirs, writer))

    async with await asyncio.start_server(pass_on, "127.0.0.1", port) as server:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(*map(int, sys.argv[1:])))
