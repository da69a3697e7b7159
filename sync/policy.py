"""What to send next, when to try again, what each answer means. Pure: values in, values out."""

import random
from dataclasses import dataclass

from sync.chain import Head
from sync.wire import CONFLICT, REFUSED, Answer, Batch

FIRST_WAIT = 5.0


class Unreachable(Exception):
    """The district could not be asked, or did not answer as itself. Nothing is known; wait and try again."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Refused(Exception):
    """The district knows this box and will not have it. Stop sending, keep collecting, tell the technician."""


class Misunderstood(Exception):
    """The district read the request and found it wrong. The same bytes will never be taken."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What an answer means for the outbox.

    ``covered`` is the head whose receipt settles entries (``None``: nothing is certain). ``aside`` are positions the
    district will not take, with the reason. ``new_epoch`` says why the box must open a new
    epoch; empty when it need not.
    """

    covered: Head | None
    aside: tuple[tuple[int, str], ...]
    new_epoch: str = ""


def backoff(failures: int, longest: float, dice: random.Random) -> float:
    """Seconds to wait after ``failures`` failures in a row: exponential with full jitter, capped at ``longest``.

    Full jitter (M. Brooker, AWS Architecture Blog, 2015) keeps a fleet from coming back in step.
    """
    top = min(longest, FIRST_WAIT * 2.0 ** min(failures - 1, 30))
    return dice.uniform(top / 2, top) if failures == 1 else dice.uniform(min(FIRST_WAIT, top), top)


def settle(batch: Batch, answer: Answer, own: Head) -> Settlement:
    """What to do after an answer. ``own`` is the box's newest position. Raises ``Unreachable`` when the answer does
    not belong to this batch, because then nothing is known. The receipt's signature was checked by the caller."""
    if len(answer.results) != len(batch.entries):
        raise Unreachable("the answer does not fit the batch")
    receipt = answer.receipt
    if receipt and receipt.head.device_id != batch.device_id:
        raise Unreachable("the receipt is for another device")
    aside = tuple(
        (batch.first_seq + offset, result.reason or "refused")
        for offset, result in enumerate(answer.results)
        if result.status == REFUSED
    )
    return Settlement(receipt.head if receipt else None, aside, _epoch_needed(batch, answer, own))


def _epoch_needed(batch: Batch, answer: Answer, own: Head) -> str:
    if answer.latest_epoch > own.epoch:
        return "the district knows a later epoch of this box"
    if answer.latest_epoch == own.epoch and answer.latest_seq > own.seq:
        return "the district holds later entries than this box"
    if any(result.status == CONFLICT for result in answer.results):
        return "the district holds other entries at these positions"
    return ""
