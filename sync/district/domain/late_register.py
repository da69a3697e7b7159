"""What the register of late dossiers is asked for: whose, which, of which days. Pure."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from msgspec import Struct

from sync.district.domain.apology import DossierPlace


class LateStand(StrEnum):
    """Which late dossiers; the values stand in addresses. ``OPEN``: late now. ``RETURNED``: returned late in the
    period. ``RECEIVED``: received in the period, and late since. ``ALL``: late now, or returned late in it."""

    OPEN = "open"
    RETURNED = "returned"
    RECEIVED = "received"
    ALL = "all"


class LateFilter(Struct, frozen=True):
    """What is chosen. ``apology``: ``with`` or ``without`` one that was handed over. ``field``: empty for procedures of
    none, ``None`` for any."""

    stand: LateStand = LateStand.OPEN
    apology: str = ""
    field: str | None = None
    procedure: str = ""
    counter: str = ""


class DossierWindow(Struct, frozen=True):
    """From which day (``None``: ever) to which dossiers are looked at, and which day it is. A dossier that is not
    returned is late from the day after the promised one on."""

    first: date | None
    last: date
    today: date


class LateScope(Struct, frozen=True):
    """Whose dossiers. ``unit_of``: the unit of each counter. ``units``: those whose dossiers without a counter belong
    here too, with ``without_counter``. ``is_whole``: everything there is."""

    counters: frozenset[str]
    units: frozenset[str]
    unit_of: Mapping[str, str]
    without_counter: bool = True
    is_whole: bool = False

    def place(self, dossier_code: str, counter_id: str | None) -> DossierPlace:
        """Where a dossier belongs: to its counter's unit, else to the one whose code its own begins with."""
        if counter_id is not None and counter_id in self.unit_of:
            return DossierPlace(self.unit_of[counter_id], counter_id)
        ends = [end for end, letter in enumerate(dossier_code) if letter == "-" and dossier_code[:end] in self.units]
        return DossierPlace(dossier_code[: max(ends)] if ends else "", counter_id)
