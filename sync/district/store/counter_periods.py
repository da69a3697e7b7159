"""Read what the kiosks of a unit are known_visits of its counters' periods, from the roll-ups."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date

from sqlalchemy import func, select

from kiosk.domain.counter_figures import content_of
from kiosk.domain.reference import CounterPeriod
from sync.district.domain.release import Stream
from sync.district.measures.counter_periods import CountsOfPeriod, Days, days_of_periods, figures_of_periods
from sync.district.measures.disclosure import Rules
from sync.district.measures.reasons import Answered, meanings, shipped_contents
from sync.district.measures.released_counts import ReleasedCounts
from sync.district.store.answers import questionnaire_contents
from sync.district.store.engine import Connection
from sync.district.store.releases import shown_until
from sync.district.store.rollup_tables import dossiers_by_day, released_by_day
from sync.district.store.rollups import Rollup, is_whole

_R, _D = released_by_day.c, dossiers_by_day.c
_RATED = (Stream.RATING, Stream.CORRECTION, Stream.CONTRADICTION)


def released_periods(
    connection: Connection, counters: Collection[str], today: date, minimum_n: int, group_floor: int
) -> list[CounterPeriod]:
    """The periods of some counters; none of them while a roll-up is being filled for the first time."""
    if not counters or not is_whole(connection, Rollup.RELEASED):
        return []
    days = days_of_periods(shown_until(connection, today))
    known = meanings([*shipped_contents(), *questionnaire_contents(connection)])
    rules, found = Rules(minimum_n, group_floor), _by_counter(connection, counters, days)
    return [
        CounterPeriod(counter_id, name, *days[name], content_of(figures))
        for counter_id in sorted(counters)
        for name, figures in figures_of_periods(counter_id, found[counter_id], known, rules).items()
    ]


def _by_counter(
    connection: Connection, counters: Collection[str], days: dict[str, Days]
) -> defaultdict[str, dict[str, CountsOfPeriod]]:
    found: defaultdict[str, dict[str, CountsOfPeriod]] = defaultdict(dict)
    for name, of in days.items():
        rated: defaultdict[str, ReleasedCounts] = defaultdict(ReleasedCounts)
        reasons: defaultdict[str, dict[Answered, int]] = defaultdict(dict)
        for counter_id, stream, questionnaire, question_id, answer, n in _released(connection, counters, of):
            if stream == Stream.REASON:
                reasons[counter_id][Answered(questionnaire, question_id, answer)] = n
            else:
                rated[counter_id].add(stream, answer, n)
        visits = _visits(connection, counters, of)
        counts = {counter_id: rated[counter_id].counts(0) for counter_id in counters}
        whole = all(counts[counter_id].rated <= visits.get(counter_id, 0) for counter_id in counters)
        for counter_id in counters:
            known_visits = visits.get(counter_id) if whole else None
            found[counter_id][name] = CountsOfPeriod(counts[counter_id], reasons[counter_id], known_visits)
    return found


def _released(
    connection: Connection, counters: Collection[str], days: Days
) -> Iterator[tuple[str, str, str, str, str, int]]:
    by = (_R.counter_id, _R.stream, _R.questionnaire, _R.question_id, _R.answer)
    streams = [str(each) for each in (*_RATED, Stream.REASON)]
    wanted = select(*by, func.sum(_R.n)).where(
        _R.counter_id.in_(sorted(counters)), _R.day.between(*days), _R.stream.in_(streams)
    )
    for *key, n in connection.execute(wanted.group_by(*by)):
        if n:
            yield (*key, int(n))


def _visits(connection: Connection, counters: Collection[str], days: Days) -> dict[str, int]:
    """How often somebody was served at each counter: dossiers received and dossiers returned. Empty while the roll-up
    is being filled."""
    if not is_whole(connection, Rollup.DOSSIERS):
        return {}
    wanted = select(_D.counter_id, func.sum(_D.n)).where(_D.counter_id.in_(sorted(counters)), _D.day.between(*days))
    return {counter_id: int(n) for counter_id, n in connection.execute(wanted.group_by(_D.counter_id)) if n}
