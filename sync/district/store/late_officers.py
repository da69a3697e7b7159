"""Read how many late dossiers each officer had, by the cause that was signed. Nothing here was said by a citizen."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date

from msgspec import Struct
from sqlalchemy import and_, case, func, null, select

from sync.district.domain.apology import ApologyAct
from sync.district.domain.late_register import DossierWindow, LateScope, LateStand
from sync.district.store.apology_tables import apologies, apology_steps
from sync.district.store.engine import Connection
from sync.district.store.late_dossiers import stretches, within
from sync.district.store.reference_tables import dossiers

_D, _A, _S = dossiers.c, apologies.c, apology_steps.c
_JOINED = dossiers.outerjoin(apologies, _A.dossier_code == _D.dossier_code).outerjoin(
    apology_steps, and_(_S.apology_id == _A.apology_id, _S.act == str(ApologyAct.SIGN))
)
_CAUSE = case((_S.apology_id.is_not(None), func.coalesce(func.nullif(_S.cause_id, ""), _A.cause_id)))
"""As ``Apology.named_cause``: nothing before the head signed."""


class OfficerLate(Struct, frozen=True):
    """What late dossiers of an officer have in common. ``cause_id``: as the head named it. ``due_on``: told where the
    day matters, ``None`` elsewhere."""

    officer_number: str
    unit_id: str
    cause_id: str | None
    due_on: date | None = None


def officers_late(
    connection: Connection, scope: LateScope, window: DossierWindow, with_days: Collection[str]
) -> Mapping[OfficerLate, int]:
    """Late dossiers by officer, unit and cause. ``with_days``: the officers of whom the promised days are told too."""
    found = Counter[OfficerLate]()
    promised = case((_D.officer_number.in_(sorted(with_days)), _D.due_on)) if with_days else null()
    begins = case((_D.counter_id.is_(None), _D.dossier_code), else_="")
    named = (begins.label("begins"), _CAUSE.label("named_cause"), promised.label("promised"))  # no column is called so
    by = ["begins", "named_cause", *(["promised"] if with_days else [])]
    for there in within(connection, scope):
        for stretch in stretches(window, LateStand.ALL):
            known = (there, ~_D.removed, stretch, _D.officer_number.is_not(None))
            counted = select(_D.officer_number, _D.counter_id, *named, func.count()).select_from(_JOINED)
            rows = connection.execute(counted.where(*known).group_by(_D.officer_number, _D.counter_id, *by))
            for officer, counter_id, code, cause, due, n in rows.all():
                found[OfficerLate(officer, scope.place(code, counter_id).unit_id, cause, due)] += int(n)
    return found
