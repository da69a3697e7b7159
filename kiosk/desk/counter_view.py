"""Compose what a counter's staff see: what the district released about it, and which dossiers are to be returned."""

import logging
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from kiosk.box.box import Box
from kiosk.clock import Moment
from kiosk.desk.lobby import calendar_at
from kiosk.desk.questionnaires import readable
from kiosk.desk.shipped import shipped
from kiosk.domain.calendar import periods_of
from kiosk.domain.counter_figures import (
    MONTH,
    MONTH_BEFORE,
    WEEK,
    WEEK_BEFORE,
    CountedReason,
    CounterFigures,
)
from kiosk.domain.deadlines import working_days_after
from kiosk.domain.questionnaire import Option
from kiosk.domain.rating import Score
from kiosk.domain.released import last_day_of
from kiosk.flow.state.counter_view import CounterView, DueDossier, DueDossiers, DueList, PeriodView, Signer, Wish
from kiosk.store import notices, reference, tallies
from kiosk.store import staff as store

log = logging.getLogger(__name__)

MAX_NAMED = 8
"""So many dossiers of a list are named; the page shows as many of them as it has room for."""

ADVISED = ("mot-cua", "bad")
"""The questionnaire and the question to whose answers there is one thing to try, in the texts of the view."""


def view_of(box: Box, signer: Signer, moment: Moment) -> CounterView:
    """The view of a counter by ``moment``, whose own day is never shown. Raises ``CannotRead``."""
    counter_id, today = signer.counter.counter_id, moment.day
    with box.store.read() as tx:
        periods = {
            name: PeriodView(each.first, each.last, each.figures)
            for name, each in store.figures_of(tx, counter_id).items()
            if each.last < today
        }
        week = periods.get(WEEK) or _from_tallies(tx, counter_id, today)
        known = _options(tuple(reference.questionnaires(tx)))
        due = _due(tx, box.keys.lookup, counter_id, today)
        notes = store.notes_of(tx, counter_id)
        hours = notes.hours and _open_hours(tx, box.identity.unit_id, notes.hours.month)
    month, before = periods.get(MONTH), periods.get(MONTH_BEFORE)
    asked_in = next((each for each in (month, before) if each and each.figures.reasons), month)
    reasons = asked_in.figures.reasons if asked_in else ()
    return CounterView(
        signer=signer,
        week=week,
        week_before=periods.get(WEEK_BEFORE),
        month=month,
        month_before=before,
        asked_in=asked_in,
        wishes=_wishes([each for each in reasons if not each.good], known),
        praise=_wishes([each for each in reasons if each.good], known),
        due=due,
        notes=notes,
        open_hours=hours or (),
    )


def _open_hours(tx: Any, unit_id: str, month: date) -> tuple[int, ...]:
    """The hours of the day of which the office was open for some part on any day of a month."""
    calendar = calendar_at(tx, notices.chain_of(tx, unit_id), month)
    found, day = set[int](), month
    while day.month == month.month:
        for begins, ends in periods_of(calendar, day):
            found.update(range(begins.hour, ends.hour + (ends.minute > 0)))
        day += timedelta(days=1)
    return tuple(sorted(found))


def _due(tx: Any, key: bytes, counter_id: str, today: date) -> DueDossiers | None:
    if not store.has_dossiers(tx, counter_id):
        return None
    try:
        next_day = working_days_after(today, 1, notices.holidays_of(tx))
    except ValueError as error:
        log.error("the holidays are not used: %s", error)
        next_day = today + timedelta(days=1)

    def listed(after: date | None, until: date) -> DueList:
        n, found = store.due(tx, key, counter_id, after, until, MAX_NAMED)
        return DueList(n, tuple(DueDossier(each.code, each.due_on) for each in found))

    yesterday = today - timedelta(days=1)
    unapologised = store.count_unapologised(tx, counter_id, yesterday)
    due = (listed(None, yesterday), listed(yesterday, today), listed(today, next_day))
    return DueDossiers(*due, next_day, unapologised)


def _from_tallies(tx: Any, counter_id: str, today: date) -> PeriodView | None:
    """Seven days, as a district tells that does not know of periods yet."""
    newest = tallies.newest_day(tx, last_day_of(today))
    if newest is None:
        return None
    first = newest - timedelta(days=6)
    answers = tallies.between(tx, counter_id, tallies.OVERALL, first, newest)
    worst, bad, middling, good, best = (answers.get(str(int(score)), 0) for score in Score)
    rated = answers.total()
    scores = (worst, bad, middling, good, best) if rated else None
    return PeriodView(first, newest, CounterFigures(rated=rated, scores=scores))


@lru_cache(maxsize=2)
def _options(contents: tuple[str, ...]) -> Mapping[tuple[str, str, str], Option]:
    """The options of every questionnaire that the box knows, by questionnaire, question and answer."""
    known = [shipped(), *readable(contents)]
    return {
        (each.reference, question.question_id, option.answer): option
        for each in known
        for question in each.questions
        for option in question.options
        if not question.private and not option.opens
    }


def _wishes(reasons: list[CountedReason], known: Mapping[tuple[str, str, str], Option]) -> tuple[Wish, ...]:
    """The reasons in the words of their questionnaire; one that the box does not know is passed over."""
    found = []
    for each in reasons:
        option = known.get((each.questionnaire, each.question_id, each.answer))
        if option is not None:
            name, _, _version = each.questionnaire.partition("/")
            advised = (name, each.question_id) == ADVISED
            found.append(Wish(option.words, option.picture, each.n, each.answer if advised else ""))
    return tuple(found)
