"""Memory and processor time of a program with all its children."""

import contextlib

import psutil


def family(pid: int) -> list[psutil.Process]:
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


def pss_mb(pid: int) -> float:
    """Proportional set size in MB: what several processes share is counted once, in parts."""
    total = 0
    for process in family(pid):
        with contextlib.suppress(psutil.Error):
            total += process.memory_full_info().pss
    return total / 2**20


def cpu_seconds(pid: int) -> float:
    """User and system time so far."""
    total = 0.0
    for process in family(pid):
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system
    return total
