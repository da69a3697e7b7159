"""Read how a face was given from the opened body of a rating: facts for doubts, never a reason to refuse it. Pure."""

from typing import Any

from msgspec import Struct

from kiosk.domain.rating import CounterKnownBy, Given, OfficerKnownBy, Transaction
from sync.district.domain.checks import one_of, whole

MAX_DS = 36_000
MAX_VALUE = 65_535
LAST_REVISION = 2**53 - 1


class Circumstances(Struct, frozen=True):
    """``None``: the kiosk did not know, or is of a release that did not say. Times in tenths of a second, up to an
    hour: since the press before, on the screen of faces, since the citizen's scan (``None``: there was none), since the
    idle screen came up. ``revision``: of the reference data that the kiosk had. ``transaction``: whether the ticket
    system knew of somebody at the counter."""

    given: str | None = None
    presses: int | None = None
    scans: int | None = None
    since_ds: int | None = None
    spent_ds: int | None = None
    scan_ds: int | None = None
    home_ds: int | None = None
    revision: int | None = None
    counter_known_by: str | None = None
    officer_known_by: str | None = None
    transaction: str | None = None


def circumstances_from(body: dict[str, Any]) -> Circumstances:
    """What a body says, of whatever release. Raises ``UnreadableBody`` naming a field of recipe 2."""
    if "given" not in body:
        return Circumstances(
            since_ds=_tenths(body.get("since_s"), 10, 1), spent_ds=_tenths(body.get("spent_ms"), 1, 100)
        )
    return Circumstances(
        given=one_of(body, "given", Given),
        presses=whole(body, "presses", 0, MAX_VALUE),
        scans=whole(body, "scans", 0, MAX_VALUE),
        since_ds=_whole_or_none(body, "since_ds", MAX_VALUE),
        spent_ds=whole(body, "spent_ds", 0, MAX_VALUE),
        scan_ds=_whole_or_none(body, "scan_ds", MAX_VALUE),
        home_ds=_whole_or_none(body, "home_ds", MAX_VALUE),
        revision=_whole_or_none(body, "revision", LAST_REVISION),
        counter_known_by=_one_or_none(body, "counter_known_by", CounterKnownBy),
        officer_known_by=_one_or_none(body, "officer_known_by", OfficerKnownBy),
        transaction=_one_or_none(body, "transaction", Transaction),
    )


def _tenths(value: object, times: int, divided: int) -> int | None:
    """A time of the first release in tenths; nobody checked it then, so what is no time says nothing."""
    return min(MAX_DS, value * times // divided) if type(value) is int and value >= 0 else None


def _whole_or_none(body: dict[str, Any], name: str, most: int) -> int | None:
    return None if body.get(name) is None else whole(body, name, 0, most)


def _one_or_none(body: dict[str, Any], name: str, known: Any) -> str | None:
    return None if body.get(name) is None else one_of(body, name, known)
