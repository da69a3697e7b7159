"""Decide what is released next: pending items grouped by the rule of ``kiosk.domain.released``; and when what a citizen
wrote may be seen. Pure."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.released import Waiting, close, is_large_enough
from sync.district.domain.invitation_day import InvitationSums
from sync.district.domain.remark_batch import MIN_SOURCES
from sync.district.domain.work import Work, divided
from sync.district.times import local_day, start_of

CASES = "cases"


COMPLETE_AFTER = timedelta(days=10)
"""So long after its end a period is looked at as a whole: for sticks on their way, and for the office's dossiers."""


def complete_from(ends: date) -> date:
    """The local day from which a period that ended on a day is told as a whole: its figures are fixed, or closed."""
    return ends + COMPLETE_AFTER + timedelta(days=1)


def is_complete(ends: date, until: date) -> bool:
    """Whether a period that ended on a day may be fixed, when figures are told up to the day ``until``."""
    return until >= ends + COMPLETE_AFTER


def last_complete_month(until: date) -> tuple[date, date]:
    """The first and the last day of the newest month that is told as a whole, when figures are told up to ``until``."""
    ends = until.replace(day=1) - timedelta(days=1)
    if not is_complete(ends, until):
        ends = ends.replace(day=1) - timedelta(days=1)
    return ends.replace(day=1), ends


def shown_before(now: datetime) -> datetime:
    """Complaints, recordings and verdicts that arrived before this moment may be seen ``now``: it is the beginning of
    the local day. Whoever watches the register as somebody walks away from the kiosk learns nothing."""
    return start_of(local_day(now))


def shown_from(received_at: datetime) -> datetime:
    """From when on what arrived at a moment may be seen."""
    return start_of(local_day(received_at) + timedelta(days=1))


class Stream(StrEnum):
    """What is released in groups of its own. The values stand in the database.

    ``RATING``: the ratings, each with the lowest score its dossier was given at that stage. ``CORRECTION``: a lower
    score that came after the rating was released. ``CONTRADICTION``: dossiers that were given different scores, with
    both. ``REASON``: one answer to a question. ``PRIVATE``: that a private question was answered, for a whole unit.
    ``INVITATION``: what a kiosk counted of a day's invitations at its counter.
    ``CONDUCT``: dossiers about which a complaint of somebody's conduct was concluded to be true, or partly.
    ``HOUR``: that released ratings of a counter were given in an hour of the day, without their scores, month by month.
    """

    RATING = "rating"
    CORRECTION = "correction"
    CONTRADICTION = "contradiction"
    REASON = "reason"
    PRIVATE = "private"
    INVITATION = "invitation"
    CONDUCT = "conduct"
    HOUR = "hour"


class Key(Struct, frozen=True):
    """What a group is about. ``counter_id`` is empty when none was named; the last three are those of a reason."""

    stream: Stream
    unit_id: str
    counter_id: str = ""
    questionnaire: str = ""
    question_id: str = ""
    answer: str = ""


class Pending(Struct, frozen=True):
    """Something that waits to be released, and what it will add to the counts. ``work``: what was served, if a cut by
    it is offered."""

    key: Key
    waiting: Waiting
    adds: tuple[tuple[str, int], ...]
    score: int | None = None
    highest: int | None = None
    work: Work = Work()


class Closed(Struct, frozen=True):
    """A group that is released now. ``day``: the local day on which it counts, ``None`` when nobody knows it. ``work``:
    what was served, as far as it is the same for all members."""

    key: Key
    day: date | None
    members: tuple[Pending, ...]
    work: Work = Work()

    @property
    def counts(self) -> dict[str, int]:
        """What the group adds to each count."""
        total: Counter[str] = Counter()
        for member in self.members:
            for answer, n in member.adds:
                total[answer] += n
        return {answer: n for answer, n in sorted(total.items()) if n}


class Contradicted(Struct, frozen=True):
    """A released rating whose dossier was given different scores. ``released``: the score that counts in the figures
    so far; ``told``: the scores that were released as a contradiction before, if any. ``work``: that of the group in
    which it was released, so that a correction is told where its rating is."""

    case: str
    dossier: str
    unit_id: str
    counter_id: str
    day: date | None
    lowest: int
    highest: int
    released: int
    shown: tuple[int, int] | None = None
    work: Work = Work()


Shuffle = Callable[[list[Pending]], None]
"""Puts a list into an order that nobody can foresee."""


def closed(pending: Iterable[Pending], shuffle: Shuffle) -> list[Closed]:
    """The groups that can be released, place by place; what is in none of them goes on waiting. A group of invitations
    lies within one calendar month, so that a month, quarter or year tells of its own days alone; days left over at the
    end of a month are in no figure. ``shuffle``: by which order a group is divided where it must be drawn."""
    by_key: dict[tuple[Key, tuple[int, int] | None], list[Pending]] = defaultdict(list)
    for each in pending:
        day = each.waiting.day if each.key.stream is Stream.INVITATION else None
        by_key[each.key, (day.year, day.month) if day else None].append(each)
    return [group for (key, _), waiting in by_key.items() for group in _closed_at(key, waiting, shuffle)]


def corrections(cases: Iterable[Contradicted]) -> list[Pending]:
    """Lower scores than those that were released: the score that counts is the lowest."""
    return [
        Pending(
            Key(Stream.CORRECTION, each.unit_id, each.counter_id),
            Waiting(f"{each.case}>{each.lowest}", each.dossier, each.day),
            ((str(each.released), -1), (str(each.lowest), 1)),
            score=each.lowest,
            work=each.work,
        )
        for each in cases
        if each.lowest < each.released
    ]


def contradictions(cases: Iterable[Contradicted]) -> list[Pending]:
    """Contradictions that are not told yet, of cases whose lowest score is what the figures hold."""
    return [
        Pending(
            Key(Stream.CONTRADICTION, each.unit_id, each.counter_id),
            Waiting(f"{each.case}>{each.lowest}-{each.highest}", each.dossier, each.day),
            tuple(_released_anew(each).items()),
            score=each.lowest,
            highest=each.highest,
        )
        for each in cases
        if each.lowest == each.released and (each.lowest, each.highest) != each.shown
    ]


def _released_anew(case: Contradicted) -> dict[str, int]:
    """What is added to the number of contradictions and to their lowest and highest scores."""
    total: Counter[str] = Counter({f"lowest {case.lowest}": 1, f"highest {case.highest}": 1})
    if case.shown is None:
        total[CASES] = 1
    else:
        total.subtract([f"lowest {case.shown[0]}", f"highest {case.shown[1]}"])
    return {name: n for name, n in total.items() if n}


def _closed_at(key: Key, waiting: Sequence[Pending], shuffle: Shuffle) -> list[Closed]:
    by_member = {each.waiting.member: each for each in waiting}

    def tells_of_enough(members: Sequence[Waiting]) -> bool:
        sums = sum((sums_of(by_member[each.member].adds) for each in members), InvitationSums())
        return is_large_enough(members) and sums.is_large_enough()

    is_enough = tells_of_enough if key.stream is Stream.INVITATION else is_large_enough
    return [
        part
        for group in close((each.waiting for each in waiting), is_enough)
        for part in _parts(Closed(key, group.day, tuple(by_member[name] for name in group.members)), shuffle)
    ]


def _parts(group: Closed, shuffle: Shuffle) -> Iterator[Closed]:
    """A group divided by what was served. One without a day stays whole: a person gives it one day."""
    if group.day is None:
        yield group
        return
    for work, members in divided(group.members, lambda each: each.work, _may_be_a_part, shuffle):
        yield Closed(group.key, group.day, tuple(members), work)


def _may_be_a_part(members: Sequence[Pending]) -> bool:
    """Whether these may be told apart from the rest of their group. As with remarks, friends are reckoned with: they
    bring dossiers of the field they want to see alone, and choose the stage."""
    return is_large_enough((each.waiting for each in members), MIN_SOURCES)


def sums_of(adds: Iterable[tuple[str, int]]) -> InvitationSums:
    """The counts of invitations by their names in ``InvitationSums``."""
    return InvitationSums(**dict(adds))
