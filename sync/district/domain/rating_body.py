"""Read the opened body of a rating: checked once here, trusted afterwards."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import Struct
from nacl.public import PrivateKey

from kiosk.domain.rating import InputMethod, Score, Stage
from sync.district.domain.checks import UnreadableBody, is_word, moment, one_of, refuse_unkeepable, word, word_or_none
from sync.district.domain.circumstances import Circumstances, circumstances_from
from sync.district.domain.complaint_body import OF_DISTRICT
from sync.protocol.seal import CannotUnseal, unseal

MAX_FACT_BYTES = 65_536


class Sealed(Struct, frozen=True):
    """A ledger entry on its way to the projections. ``batch_id`` and ``seq`` are the order of arrival."""

    entry_id: str
    device_id: str
    epoch: int
    seq: int
    batch_id: int
    type: str
    day: date
    key_id: str
    sealed: bytes
    received_at: datetime


class RatingBody(Struct, frozen=True):
    """What a citizen said with one tap. ``recorded_at`` is the device's clock. ``happened_at``: when it really was;
    ``None`` while that is not known to a few minutes."""

    recorded_at: datetime
    unit_id: str
    counter_id: str | None
    dossier_code: str | None
    stage: str
    score: int
    questionnaire: str
    flags: tuple[str, ...]
    input: str
    language: str
    circumstances: Circumstances
    happened_at: datetime | None = None


class FactBody(Struct, frozen=True):
    """What the box noted about itself."""

    recorded_at: datetime
    body: dict[str, Any]


class Allowed(Struct, frozen=True):
    """What entries of a device may name: its own unit, and counters of it and of what is below it. ``last_day``: the
    last local day of this; ``former``: where the device stood before."""

    unit_id: str
    counters: frozenset[str | None]
    last_day: date | None = None
    former: tuple["Allowed", ...] = ()

    def holds_on(self, day: date) -> bool:
        """Whether an entry of a local day may name it."""
        return self.last_day is None or day <= self.last_day


class Elsewhere(UnreadableBody):
    """The entry names a unit or counter that its device was never enrolled for."""


KEPT_BY_DISTRICT = "kept-by-district"
"""In place of a key's id, which has eight letters: ``sealed`` is what the district has kept, as JSON."""


def unsealed(entry: Sealed, keys: Mapping[str, PrivateKey]) -> dict[str, Any]:
    """Opens an entry. Raises ``UnreadableBody`` with a reason for the technician.

    What no database keeps as text is refused here, once for every table that a body may end in. Of an entry of which
    something was erased the district has kept the rest.
    """
    if entry.key_id == KEPT_BY_DISTRICT:
        kept: dict[str, Any] = msgspec.json.decode(entry.sealed)
        return kept
    key = keys.get(entry.key_id)
    if key is None:
        raise UnreadableBody(f"no key {entry.key_id}: restore it, then run 'district rebuild'")
    try:
        body = unseal(entry.sealed, key)
        refuse_unkeepable(body)
        for name in OF_DISTRICT:  # only the district says so
            body.pop(name, None)
    except CannotUnseal as error:
        raise UnreadableBody(str(error)) from error
    except RecursionError as error:
        raise UnreadableBody("nested too deeply") from error
    return body


def fact_from(body: dict[str, Any]) -> FactBody:
    """Checks the body of a fact of the box's own. Raises ``UnreadableBody``."""
    return FactBody(moment(body.get("at_s")), _plain(body))


def refuse_elsewhere(body: dict[str, Any], allowed: Allowed, day: date) -> None:
    """Raises ``Elsewhere`` when a body of a local day names another unit than its device's, or a counter that never was
    of it. A device that was moved may still say what it recorded where it stood before."""
    unit_id, listed = body.get("unit_id"), body.get("counters")
    counters = {
        body.get("counter_id"),
        *(each for each in (listed if isinstance(listed, list) else ()) if is_word(each, 64)),
    }
    counters -= {None, ""}
    places = [place for place in (allowed, *allowed.former) if place.unit_id == unit_id and place.holds_on(day)]
    if any(counters <= place.counters for place in places):
        return
    if unit_id is not None and unit_id != allowed.unit_id:
        raise Elsewhere("unit_id: not the unit this device was enrolled for")
    if not counters <= allowed.counters:
        raise Elsewhere("counter_id: no counter of the unit this device was enrolled for")


def rating_from(body: dict[str, Any]) -> RatingBody:
    """Checks the body of a rating. Raises ``UnreadableBody`` naming the field."""
    return RatingBody(
        recorded_at=moment(body.get("at_s")),
        unit_id=word(body, "unit_id", 64),
        counter_id=word_or_none(body, "counter_id", 64),
        dossier_code=word_or_none(body, "dossier_code", 64),
        stage=one_of(body, "stage", Stage),
        score=_score(body.get("score")),
        questionnaire=word(body, "questionnaire", 64),
        flags=_flags(body.get("flags")),
        input=one_of(body, "input", InputMethod),
        language=word(body, "language", 16),
        circumstances=circumstances_from(body),
    )


def _score(value: object) -> int:
    if type(value) is not int or value not in set(Score):
        raise UnreadableBody("score: not 1 to 5")
    return value


def _flags(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > 32 or not all(is_word(flag, 32) for flag in value):
        raise UnreadableBody("flags: not a list of words")
    return tuple(value)


def _plain(body: dict[str, Any]) -> dict[str, Any]:
    try:
        size = len(json.dumps(body, allow_nan=False))
    except (ValueError, RecursionError) as error:
        raise UnreadableBody("not plain JSON") from error
    if size > MAX_FACT_BYTES:
        raise UnreadableBody(f"larger than {MAX_FACT_BYTES} bytes once opened")
    return body
