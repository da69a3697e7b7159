"""Keep and read apologies for late dossiers, refused second ones, and the minutes of reviews."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import ColumnElement, func, insert, select, true, update

from sync.district.domain.apology import (
    STEPS,
    Apology,
    ApologyAct,
    ApologyStep,
    Delivery,
    DossierPlace,
    LateReview,
    Letter,
    ReviewOutcome,
    SecondApology,
)
from sync.district.domain.audit import Audited, AuditEntry
from sync.district.domain.people import Role
from sync.district.store import audit
from sync.district.store.among import among
from sync.district.store.apology_tables import apologies, apology_steps, late_reviews, second_apologies
from sync.district.store.engine import Connection
from sync.district.store.locks import Lock, hold
from sync.district.store.reference_tables import dossiers
from sync.district.store.revisions import begin_revision

_A, _S, _T, _R = apologies.c, apology_steps.c, second_apologies.c, late_reviews.c
_KNOWN_STEPS = tuple(str(each) for each in STEPS)
REVISED = "apologies"
"""The kind of a revision that an apology makes: no import."""


def begin(connection: Connection) -> None:
    """Lets one person at a time write, until the transaction ends: numbers have no hole, and a dossier gets one."""
    hold(connection, Lock.APOLOGIES)


def make(connection: Connection, letter: Letter, step: ApologyStep) -> Apology:
    """Writes an apology with the next number of its unit and year. Whoever calls holds the lock and has looked whether
    there is one already."""
    year, place = step.day.year, letter.place
    newest = select(func.coalesce(func.max(_A.number), 0)).where(_A.unit_id == place.unit_id, _A.year == year)
    number = int(connection.scalar(newest) or 0) + 1
    values = asdict(letter) | {"unit_id": place.unit_id, "counter_id": place.counter_id, "year": year}
    del values["place"]
    added = insert(apologies).values(values | {"number": number}).returning(_A.apology_id)
    made = Apology(int(connection.execute(added).scalar_one()), year, number, letter, ())
    return add_step(connection, made, step)


def add_step(connection: Connection, apology: Apology, step: ApologyStep) -> Apology:
    """Writes what somebody did. From the handing over on, the kiosks of the counter know that it was done."""
    values = asdict(step) | {"apology_id": apology.apology_id, "role": str(step.role), "act": str(step.act)}
    values["delivery"] = None if step.delivery is None else str(step.delivery)
    connection.execute(insert(apology_steps).values(values))
    _note(connection, step.at, step.person, apology.letter.place.unit_id, f"apology_{step.act}", apology.label)
    if step.act is ApologyAct.HAND_OVER:
        revision = begin_revision(connection, REVISED, "", 1, step.at, person=step.person)
        listed = {"apologised_on": func.coalesce(dossiers.c.apologised_on, step.day)}
        number = func.coalesce(func.nullif(dossiers.c.apology_number, ""), apology.label)
        known = listed | {"apology_number": number, "revision": revision}
        there = dossiers.c.dossier_code == apology.letter.dossier_code
        connection.execute(update(dossiers).where(there).values(known))
    return Apology(apology.apology_id, apology.year, apology.number, apology.letter, (*apology.steps, step))


def refuse_second(connection: Connection, second: SecondApology) -> None:
    """Writes down that somebody tried to make a second apology for a dossier."""
    place = second.place
    values = {"dossier_code": second.dossier_code, "unit_id": place.unit_id, "counter_id": place.counter_id}
    connection.execute(insert(second_apologies).values(values | {"at": second.at, "person": second.person}))
    _note(connection, second.at, second.person, place.unit_id, "apology_second")


def apology_of(connection: Connection, dossier_code: str) -> Apology | None:
    """The apology of a dossier."""
    return next(_apologies(connection, _A.dossier_code == dossier_code), None)


def apologies_of(connection: Connection, dossier_codes: Collection[str]) -> dict[str, Apology]:
    """The apologies of some dossiers, by code."""
    found = (
        each for where in among(connection, _A.dossier_code, dossier_codes) for each in _apologies(connection, where)
    )
    return {each.letter.dossier_code: each for each in found}


def apologies_made(connection: Connection, units: Collection[str] | None, first: date, last: date) -> list[Apology]:
    """The apologies of some units (``None``: of all) of which the letter is of these days, by unit and number."""
    made = select(_S.apology_id).where(_S.act == str(ApologyAct.MAKE), _S.day.between(first, last))
    found = [
        each
        for where in _of_units(connection, _A.unit_id, units)
        for each in _apologies(connection, where & _A.apology_id.in_(made))
    ]
    return sorted(found, key=lambda each: (each.letter.place.unit_id, each.year, each.number))


def second_tries(connection: Connection, units: Collection[str] | None, first: date, last: date) -> list[SecondApology]:
    """The second apologies that were refused at some units (``None``: at all), the newest first; by the local day."""
    rows = [
        row
        for where in _of_units(connection, _T.unit_id, units)
        for row in connection.execute(select(second_apologies).where(where))
    ]
    found = [
        SecondApology(row.dossier_code, DossierPlace(row.unit_id, row.counter_id), row.at, row.person) for row in rows
    ]
    within = [each for each in found if first <= each.on <= last]
    return sorted(within, key=lambda each: each.at, reverse=True)


def write_review(connection: Connection, review: LateReview) -> bool:
    """Writes the minutes of a review; ``False``, and nothing is written, when there are minutes of the same officer,
    period and day of the meeting. Whoever calls holds the lock."""
    about = (_R.unit_id == review.unit_id, _R.officer_number == review.officer_number, _R.first == review.first)
    if connection.execute(select(_R.review_id).where(*about, _R.held_on == review.held_on)).first() is not None:
        return False
    values = asdict(review) | {"outcome": str(review.outcome)}
    del values["review_id"], values["number"]
    connection.execute(insert(late_reviews).values(values))
    _note(connection, review.at, review.person, review.unit_id, "late_review")
    return True


def reviews_of(connection: Connection, units: Collection[str] | None) -> list[LateReview]:
    """The minutes of the reviews of some units (``None``: of all), the newest first."""
    rows = [
        row
        for where in _of_units(connection, _R.unit_id, units)
        for row in connection.execute(select(late_reviews).where(where))
    ]
    given: dict[tuple[str, int], int] = defaultdict(int)
    found = []
    for row in sorted(rows, key=lambda each: int(each.review_id)):
        given[row.unit_id, row.held_on.year] += 1
        found.append(_review(row, given[row.unit_id, row.held_on.year]))
    return found[::-1]


def review(connection: Connection, review_id: int) -> LateReview | None:
    """One of them."""
    unit_id = connection.scalar(select(_R.unit_id).where(_R.review_id == review_id))
    known = [] if unit_id is None else reviews_of(connection, [unit_id])
    return next((each for each in known if each.review_id == review_id), None)


def with_given_apologies(connection: Connection, rows: Sequence[Any]) -> list[Any]:
    """Rows of dossiers that are about to be written, with what our own register tells of apologies that were handed
    over: no list and no undoing takes these back."""
    handed = select(_A.dossier_code, _A.number, _A.year, _S.day).join(apology_steps, _S.apology_id == _A.apology_id)
    handed = handed.where(_S.act == str(ApologyAct.HAND_OVER))
    codes, given = {row["dossier_code"] for row in rows}, dict[str, tuple[date, str]]()
    for where in among(connection, _A.dossier_code, codes):
        for code, number, year, day in connection.execute(handed.where(where)):
            given[code] = (day, f"{number:02}/{year}")
    return [_with_given(row, given.get(row["dossier_code"])) for row in rows]


def _with_given(row: Any, given: tuple[date, str] | None) -> Any:
    """The number stays that of the list where it tells one: another than ours means that there were two."""
    if given is None:
        return row
    return {
        **row,
        "apologised_on": row.get("apologised_on") or given[0],
        "apology_number": row.get("apology_number") or given[1],
    }


def _note(connection: Connection, at: datetime, person: str, unit_id: str, did: str, label: str = "") -> None:
    """Names no dossier and no officer: whoever may see these finds them in the register."""
    detail = {"unit": unit_id, "did": did, "apology": label}
    audit.note(connection, AuditEntry(at, person, Audited.APOLOGY, detail))


def _of_units(
    connection: Connection, column: ColumnElement[Any], units: Collection[str] | None
) -> Iterable[ColumnElement[bool]]:
    return [true()] if units is None else among(connection, column, units)


def _apologies(connection: Connection, where: ColumnElement[bool]) -> Iterator[Apology]:
    joined = apology_steps.join(apologies, _A.apology_id == _S.apology_id)
    columns = (_S.apology_id, _S.at, _S.person, _S.role, _S.act, _S.day, _S.delivery, _S.cause_id)
    query = select(*columns).select_from(joined).where(where, _S.act.in_(_KNOWN_STEPS)).order_by(_S.step_id)
    steps: dict[int, list[ApologyStep]] = defaultdict(list)
    for apology_id, at, person, role, act, day, delivery, cause_id in connection.execute(query):
        how = Delivery(delivery) if delivery else None
        steps[apology_id].append(ApologyStep(at, person, Role(role), ApologyAct(act), day, how, cause_id))
    for row in connection.execute(select(apologies).where(where).order_by(_A.apology_id)):
        letter = Letter(
            row.dossier_code,
            DossierPlace(row.unit_id, row.counter_id),
            *(row.procedure_id, row.officer_number, row.received_on, row.due_on, row.promised_on),
            *(row.cause_id, row.agency, row.reason),
        )
        yield Apology(row.apology_id, row.year, row.number, letter, tuple(steps[row.apology_id]))


def _review(row: Any, number: int) -> LateReview:
    values = {name: getattr(row, name) for name in LateReview.__struct_fields__ if name != "number"}
    return LateReview(**values | {"outcome": ReviewOutcome(row.outcome), "number": number})
