"""Attribute a rating to the counter, officer and procedure of its dossier. Pure.

The dossier may be imported long after it was rated, or change; so this is decided when a rating is projected and again
by each import, always from the dossier as it now is. Whether its counter belonged to the kiosk's unit is asked of the
day of the rating: that the counter moved later takes nothing away. So is whether an officer who sat there served
there: that one leaves later takes nothing away, and one who had left takes nothing on. A rebuild therefore gives the
same.
"""

from datetime import date
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from sync.district.domain.deduplicate import Rated
from sync.district.domain.reference_history import History, covers, on_day


class KnownBy(StrEnum):
    """How a rating's counter is known: from the kiosk (its own, or the citizen's choice), or from the dossier."""

    KIOSK = "kiosk"
    DOSSIER = "dossier"


class OfficerNamedBy(StrEnum):
    """How the district found the officer a rating is about, the surest first. The dossier was written by whoever took
    it, for this very transaction; by their card and PIN an officer was at the counter; the roster says who should have
    sat there."""

    DOSSIER = "dossier"
    CARD = "card"
    DUTY = "duty"


class DossierFacts(Struct, frozen=True):
    """What the imported dossier says. ``units``: the unit of its counter and since when, in the order in which that was
    imported; ``None``: for as long as there is such a counter."""

    counter_id: str | None = None
    units: tuple[tuple[date | None, str], ...] = ()
    officer_number: str | None = None
    procedure_id: str | None = None

    def unit_on(self, day: date) -> str | None:
        """The unit of its counter on a day."""
        return next((unit_id for since, unit_id in reversed(self.units) if since is None or since <= day), None)


UNKNOWN = DossierFacts()


class OfficerFacts(Struct, frozen=True):
    """What the imported lists said of some officers, by number."""

    versions: History

    def serves(self, officer_number: str, unit_id: str, day: date) -> bool:
        """Whether an officer served at a unit on a day, by what is known now."""
        history = self.versions.get(officer_number, ())
        held = on_day(history, day)
        if held is None or held.removed or held.content["unit_id"] != unit_id:
            return False
        return covers(history, held, day)


def attributed(rated: Rated, dossier: DossierFacts, officers: OfficerFacts) -> Rated:
    """The rating with what its dossier tells. A counter that the kiosk named stays; a dossier of another office's
    counter names none here. Where the dossier names no officer, who sat there counts, if they served there."""
    counter_id, known_by = rated.counter_id, rated.counter_known_by or KnownBy.KIOSK
    if counter_id is None or rated.counter_known_by == KnownBy.DOSSIER:
        counter_id = dossier.counter_id if dossier.unit_on(rated.day) == rated.unit_id else None
        known_by = KnownBy.DOSSIER
    named_by = OfficerNamedBy.DOSSIER if dossier.officer_number else rated.seated_by
    seated = rated.seated_officer
    serves = seated is not None and officers.serves(seated, rated.unit_id, rated.day)
    officer = dossier.officer_number or (seated if serves else None)
    return replace(
        rated,
        counter_id=counter_id,
        counter_known_by=str(known_by) if counter_id else None,
        officer_number=officer,
        officer_known_by=str(named_by) if officer and named_by else None,
        procedure_id=dossier.procedure_id,
    )
