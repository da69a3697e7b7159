"""Decide what to send next, when to retry, and what each response means. Pure but for the jitter of retries."""

import hashlib
import random

from msgspec import Struct
from msgspec.structs import replace

from sync.protocol.batch import CONFLICT, MAX_ENTRIES, REFUSED, STORED, BatchResponse, Result, Run
from sync.protocol.chain import Head

FIRST_WAIT = 5.0
MAX_ASKED = 3600.0
QUICK_SECONDS, SLOW_SECONDS = 5.0, 15.0


class Unreachable(Exception):
    """The district could not be asked, or did not answer as itself. Nothing is known; wait and try again.

    ``retry_after``: seconds somebody on the way asked for. ``smaller``: fewer entries may get through.
    """

    def __init__(self, reason: str, retry_after: float | None = None, *, smaller: bool = False) -> None:
        super().__init__(reason)
        self.retry_after, self.smaller = retry_after, smaller


class Refused(Exception):
    """The district knows this box and will not have it. Stop sending, keep collecting, tell the technician."""


class Misunderstood(Exception):
    """The district read the request and found it wrong. The same bytes will never be taken."""


class ResponseOutcome(Struct, frozen=True):
    """What an answer means for the outbox.

    ``covered`` is the head whose receipt settles entries (``None``: nothing is certain). ``aside`` are positions the
    district will not take, with the reason. ``new_epoch`` says why the box must open a new
    epoch; empty when it need not.
    """

    covered: Head | None
    aside: tuple[tuple[int, str], ...]
    new_epoch: str = ""


class Stride(Struct, frozen=True):
    """How many entries to send at once: fewer on a slow line, more again when it is quick.

    ``ceiling`` remembers the size that did not get through, and is tried again only little by little.
    """

    size: int = MAX_ENTRIES
    ceiling: int = MAX_ENTRIES

    def after(self, seconds: float) -> "Stride":
        """The next stride after a batch that got through in so many seconds."""
        ceiling = min(MAX_ENTRIES, self.ceiling + max(1, self.ceiling // 16))
        if seconds > SLOW_SECONDS:
            return Stride(max(1, self.size // 2), ceiling)
        return Stride(min(ceiling, self.size * 2) if seconds < QUICK_SECONDS else self.size, ceiling)

    def shrunk(self, sent: int) -> "Stride":
        """The next stride after ``sent`` entries did not get through at once."""
        half = max(1, min(self.size, sent) // 2)
        return Stride(half, max(1, sent * 3 // 4))


def phase(device_id: str) -> float:
    """Where in a period this device has its turn, 0 up to 1: the same each time, and even over a fleet."""
    return int.from_bytes(hashlib.sha256(device_id.encode()).digest()[:6]) / 2**48


def wait_after(failures: int, longest: float, asked: float | None, dice: random.Random) -> float:
    """Seconds to wait after ``failures`` failures in a row, when ``asked`` seconds were asked for.

    Never shorter than what was asked for (up to an hour: a gateway must not silence a box for a year), and up to half
    as long again, so that boxes that were sent away together do not return together.
    """
    wait = backoff(failures, longest, dice)
    if not asked:
        return wait
    heeded = min(asked, MAX_ASKED)
    return max(wait, heeded + dice.uniform(0, heeded / 2))


def backoff(failures: int, longest: float, dice: random.Random) -> float:
    """Seconds to wait after ``failures`` failures in a row: exponential with full jitter, capped at ``longest``.

    Full jitter (M. Brooker, AWS Architecture Blog, 2015) keeps a fleet from coming back in step.
    """
    top = min(longest, FIRST_WAIT * 2.0 ** min(failures - 1, 30))
    return dice.uniform(top / 2, top) if failures == 1 else dice.uniform(min(FIRST_WAIT, top), top)


def without_unsigned(answer: BatchResponse) -> BatchResponse:
    """What is left of an answer whose statement nobody signed: the receipt, which has its own signature."""
    return replace(answer, results=(Result(STORED),) * len(answer.results), latest_epoch=0, latest_seq=0)


def judge_response(run: Run, answer: BatchResponse, own: Head) -> ResponseOutcome:
    """What to do after an answer. ``own`` is the box's newest position. Raises ``Unreachable`` when the answer does
    not belong to this run, because then nothing is known. The signatures were checked by the caller."""
    if len(answer.results) != len(run):
        raise Unreachable("the answer does not fit the batch")
    receipt = answer.receipt
    if receipt and receipt.head.device_id != run.head.device_id:
        raise Unreachable("the receipt is for another device")
    aside = tuple(
        (run.first_seq + offset, result.reason or "refused")
        for offset, result in enumerate(answer.results)
        if result.status == REFUSED
    )
    return ResponseOutcome(receipt.head if receipt else None, aside, _epoch_needed(run, answer, own))


def _epoch_needed(run: Run, answer: BatchResponse, own: Head) -> str:
    if answer.latest_epoch > own.epoch:
        return "the district knows a later epoch of this box"
    if answer.latest_epoch == own.epoch and answer.latest_seq > own.seq:
        return "the district holds later entries than this box"
    if run.head.epoch == own.epoch and any(result.status == CONFLICT for result in answer.results):
        return "the district holds other entries at these positions"
    return ""
