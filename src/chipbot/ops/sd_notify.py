"""What a service manager is told: that the bot is ready, reloading, stopping, alive.

The protocol of sd_notify(3): datagrams of NAME=value lines to the socket that NOTIFY_SOCKET names. Without
that variable every call does nothing, so that callers need not ask.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time


def notify(*states: str) -> bool:
    """Send states, such as "READY=1"; return whether somebody was there to send them to. Never raises."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):  # other kinds (vsock) are for virtual machines
        return False
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.connect("\0" + address[1:] if address.startswith("@") else address)
        manager.sendall("\n".join(states).encode())
        return True
    return False


def ready(status: str) -> None:
    """Tell that start-up or reloading is over."""
    notify("READY=1", f"STATUS={status}")


def starting(status: str, patience: float) -> None:
    """Tell that start-up is still going on, and will be heard of again within `patience` seconds."""
    notify(f"STATUS={status}", f"EXTEND_TIMEOUT_USEC={int(patience * 1e6)}")


def reloading() -> None:
    """Tell that settings and index are being read again; `ready` ends that."""
    notify("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}", "STATUS=reloading")


def stopping() -> None:
    """Tell that the bot is about to end."""
    notify("STOPPING=1", "STATUS=finishing the replies under way")


def watchdog_interval() -> float | None:
    """Return how many seconds may pass between two signs of life, None where nobody watches; see
    sd_watchdog_enabled(3).
    """
    text = os.environ.get("WATCHDOG_USEC", "")
    if (
        not text.isdecimal()
        or int(text) == 0
        or os.environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid())
    ):
        return None
    return int(text) / 1e6
