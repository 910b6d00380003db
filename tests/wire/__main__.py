"""`python -m tests.wire`: a Discord to connect to, until it is ended or its time is up."""

from __future__ import annotations

import argparse
import asyncio

from tests.wire.bots import club
from tests.wire.objects import TOKEN
from tests.wire.wire import LIFE, Wire


async def main() -> None:
    """Serve one server with one channel, and print how to connect."""
    parser = argparse.ArgumentParser(prog="python -m tests.wire", description=__doc__)
    parser.add_argument(
        "--life", type=float, default=LIFE, help="seconds until it stops by itself (%(default)s)"
    )
    parser.add_argument(
        "--shards",
        type=int,
        default=1,
        help="how many shards it asks bots for, which may all identify at once (%(default)s)",
    )
    options = parser.parse_args()
    made = Wire([club()], shards=options.shards)
    made.gateway.concurrency = options.shards
    async with made.serving(options.life) as wire:
        print(f"CHIPBOT_DISCORD_URL={wire.url}\nCHIPBOT_TOKEN={TOKEN}", flush=True)
        await asyncio.sleep(options.life)


if __name__ == "__main__":
    asyncio.run(main())
