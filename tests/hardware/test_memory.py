"""Memory that is let go is given back: measured on this very process, in a child of its own."""

import subprocess
import sys

import pytest

CHURN = """
import ctypes, resource, sys
from kiosk.hardware.memory import give_back_early
if sys.argv[1] == "early":
    give_back_early()
bytes(30_000_000)  # from now on the C library, left to itself, keeps everything below 30 MB
blocks = [bytearray(1_000_000) for _ in range(40)]
pin = bytearray(100)
last = blocks.pop()
blocks.clear()
print(int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize() // 2**20)
"""


def resident_mb(how: str) -> int:
    done = subprocess.run([sys.executable, "-c", CHURN, how], capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.slow
def test_what_a_large_drawing_took_goes_back_to_the_system() -> None:
    assert resident_mb("early") < resident_mb("late") - 30


COLLECTING = """
import gc, weakref
from kiosk.hardware.memory import collect_from_now_on, start_without_collecting
class Loop:
    def __init__(self):
        self.me = self
start_without_collecting()
of_the_start = weakref.ref(Loop())
print(gc.isenabled())
collect_from_now_on()
later = weakref.ref(Loop())
gc.collect()
print(gc.isenabled(), of_the_start() is not None, later() is None)
"""


def test_after_the_start_garbage_is_collected_but_not_among_what_the_start_made() -> None:
    done = subprocess.run([sys.executable, "-c", COLLECTING], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "True", "True"]
