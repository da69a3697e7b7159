"""Notify systemd (sd_notify(3)): ready, watchdog, and one line of status. Does nothing without systemd."""

import os
import socket
from collections.abc import Mapping


def notify(**state: str) -> None:
    """Sends ``READY``, ``WATCHDOG``, ``STATUS`` … to systemd; does nothing when it did not start us.

    A message that would have to wait is dropped: the screen waits for nobody.
    """
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    message = "\n".join(f"{name}={value}" for name, value in state.items()).encode()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.setblocking(False)
        try:
            line.connect("\0" + address[1:] if address.startswith("@") else address)
            line.sendall(message)
        except OSError:
            return


def beat_seconds(environment: Mapping[str, str], usual: float) -> float:
    """How often systemd's watchdog wants to hear from us: a third of its patience (sd_watchdog_enabled(3)).

    ``usual`` when no watchdog watches this process.
    """
    patience, watched = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", str(os.getpid()))
    if not patience.isdigit() or int(patience) == 0 or watched != str(os.getpid()):
        return usual
    return min(usual, int(patience) / 3_000_000)
