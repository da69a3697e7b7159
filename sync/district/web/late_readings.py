"""Read the register of late dossiers for somebody, as far as it is theirs to see."""

from collections.abc import Collection
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from sync.district.domain.apology import APOLOGY_RIGHTS, ApologyAct, ApologyReach, DossierPlace, LateDossier, may
from sync.district.domain.apology_rules import apology_rules
from sync.district.domain.late_register import DossierWindow, LateFilter, LateScope
from sync.district.domain.rights import Person
from sync.district.measures.closed_figures import ClosedQuestion, about_late
from sync.district.measures.disclosure import Rules
from sync.district.measures.indicator_rules import IndicatorRules, in_force_on
from sync.district.measures.late_fields import field_lines
from sync.district.measures.organisation import Organisation, TreeName
from sync.district.measures.period import Asked, NotBegun, Period, period
from sync.district.measures.placed import placed
from sync.district.measures.questions import question_figures, question_measures
from sync.district.store import answers
from sync.district.store import apologies as store
from sync.district.store.engine import Connection
from sync.district.store.imports import names_by_id
from sync.district.store.late_dossiers import LateCounts, count_late, dossier, doubled, has_dossiers, late_dossiers
from sync.district.store.late_fields import by_field
from sync.district.store.late_officers import officers_late
from sync.district.store.organisation import organisation
from sync.district.store.raw_sums import Only
from sync.district.store.releases import shown_until
from sync.district.web.counted import view_of
from sync.district.web.indicators import known_questionnaires
from sync.district.web.late_register import LateRegister, OfficeView, late_lines, officer_lines

ABOUT_APOLOGIES = "apology"
"""The question that asks citizens whether they got one, in every version of the questionnaire."""


class HowToShow(Struct, frozen=True):
    """By which rules the page is made, and on which day. ``most``: so many dossiers are listed, ``None`` for all."""

    rules: Rules
    law: IndicatorRules
    today: date
    most: int | None = None


def scope_of(tree: Organisation, person: Person, unit_id: str, today: date) -> LateScope | None:
    """Whose dossiers a person may see at a unit (empty: at all of theirs); ``None`` for a unit that is not theirs. Who
    is not linked sees nobody's."""
    unit_of = {each.counter_id: each.unit_id for each in tree.newest_counters()}
    if not person.linked:
        return LateScope(frozenset(), frozenset(), unit_of, without_counter=False)
    every = frozenset(each.unit_id for each in tree.newest_units())
    if APOLOGY_RIGHTS[ApologyAct.SEE].get(person.role) is ApologyReach.COUNTER:
        theirs = frozenset(each for each in person.counters if unit_id in ("", unit_of.get(each)))
        return LateScope(theirs, frozenset(), unit_of, without_counter=False)
    units = every if person.units is None else every & person.units
    if unit_id:
        units &= tree.below(unit_id, today) | {unit_id}
        if unit_id not in units:
            return None
    counters = frozenset(each for each, unit in unit_of.items() if unit in units)
    return LateScope(counters, units, unit_of, is_whole=person.units is None and not unit_id)


def read_register(
    connection: Connection, person: Person, unit_id: str, wanted: LateFilter, asked: Asked, how: HowToShow
) -> LateRegister | None:
    """The page; ``None`` for a unit that is not theirs; of nobody's choice, their own. Raises ``NotBegun`` for a period
    that has not begun. Dossiers are told up to today: on the first of a month there is a register of that month, while
    no answer of a citizen is released for it yet."""
    tree = organisation(connection)
    unit_id = unit_id or ("" if _at_a_counter(person) else person.unit_id or "")
    scope = scope_of(tree, person, unit_id, how.today)
    if scope is None:
        return None
    chosen = period(asked, how.today)
    window = DossierWindow(chosen.first, chosen.last, how.today)
    found = list(late_dossiers(connection, scope, window, wanted, how.most))
    apologies = store.apologies_of(connection, [each.dossier_code for each, _, _ in found])
    counter_names, unit_names = names_by_id(connection, "counters"), names_by_id(connection, "units")
    lines = late_lines(found, apologies, counter_names, how.today)
    counts = count_late(connection, scope, window, wanted)
    office = None
    if person.linked and not _at_a_counter(person):
        within = scope.units if unit_id or person.units is not None else None
        question = _question(connection, tree, chosen, unit_id or person.unit_id, how)
        office = _office(connection, person, scope, window, chosen, within, question, counts, how)
    return LateRegister(
        unit_id=unit_id,
        name=unit_names.get(unit_id, unit_id),
        period=chosen,
        until=chosen.last,
        wanted=wanted,
        counts=counts.by_stand,
        without=counts.without,
        n=counts.by_stand[wanted.stand],
        lines=lines[: how.most],
        units=sorted(((unit, unit_names[unit]) for unit in _choosable(tree, person)), key=lambda pair: pair[1]),
        counters=sorted((each, counter_names.get(each, each)) for each in scope.counters),
        office=office,
        minimum=how.rules.minimum_n,
        known=has_dossiers(connection, scope),
    )


def place_of(connection: Connection, code: str, today: date) -> tuple[LateDossier, str, str] | None:
    """A dossier with its place, the name and the field of its procedure; ``None`` for one nobody told of."""
    found = dossier(connection, code)
    if found is None:
        return None
    one, procedure, field = found
    tree = organisation(connection)
    unit_of = {each.counter_id: each.unit_id for each in tree.newest_counters()}
    whole = LateScope(frozenset(unit_of), frozenset(each.unit_id for each in tree.newest_units()), unit_of)
    return replace(one, place=whole.place(code, one.place.counter_id)), procedure, field


def _office(
    connection: Connection,
    person: Person,
    scope: LateScope,
    window: DossierWindow,
    chosen: Period,
    within: Collection[str] | None,
    question: ClosedQuestion | None,
    counts: LateCounts,
    how: HowToShow,
) -> OfficeView:
    fields, together = field_lines(by_field(connection, scope, window), how.rules.minimum_n)
    sees = any(may(person, ApologyAct.SEE_OFFICERS, DossierPlace(unit, None)) for unit in scope.units)
    reviews = store.reviews_of(connection, within) if sees else []
    reviewed = {each.officer_number for each in reviews}
    late = officers_late(connection, scope, window, reviewed) if sees else {}
    return OfficeView(
        fields=fields,
        all_fields=together,
        target=in_force_on(how.law.late_target, chosen.ends),
        question=question,
        late=counts.late,
        given=counts.late - counts.without,
        seconds=store.second_tries(connection, within, window.first or date.min, window.last),
        doubled=doubled(connection, scope, window),
        officers=officer_lines(late, reviews, apology_rules(), person.officer_number) if sees else None,
        reviews=reviews,
    )


def _question(
    connection: Connection, tree: Organisation, wanted: Period, unit_id: str | None, how: HowToShow
) -> ClosedQuestion | None:
    """Whether citizens got an apology, as they answered: at a unit with everything below it; ``None`` while no day of
    the period is released."""
    asked = Asked(wanted.name, wanted.of, wanted.first, wanted.ends)
    try:
        chosen = period(asked, shown_until(connection, how.today))
    except NotBegun:
        return None
    view = view_of(tree, chosen, how.today, TreeName.OF_THE_DAY)
    span = (chosen.first, chosen.last, view.bounds)
    answered = placed(view, answers.counts_by_era(connection, *span, Only(question_id=ABOUT_APOLOGIES)))
    here = [branch for branch in answered if unit_id is None or unit_id in branch[0]]
    measures = [
        each
        for each in question_measures(known_questionnaires(connection))
        if each.question.question_id == ABOUT_APOLOGIES
    ]
    return next(iter(about_late(question_figures(measures, answered, here, how.rules))), None)


def _at_a_counter(person: Person) -> bool:
    return APOLOGY_RIGHTS[ApologyAct.SEE].get(person.role) is ApologyReach.COUNTER


def _choosable(tree: Organisation, person: Person) -> list[str]:
    if _at_a_counter(person):
        return []
    every = [each.unit_id for each in tree.newest_units()]
    return [each for each in every if person.units is None or each in person.units]
