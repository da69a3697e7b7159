"""The register of late dossiers as its page shows it. Pure.

It is made of dates that the one-stop software told and of the office's own acts. What citizens answered about apologies
stands beside it as a figure of released groups, never joined with a dossier, a counter or an officer.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct

from sync.district.domain.apology import Apology, LateDossier, LateReview, SecondApology
from sync.district.domain.apology_rules import ApologyRules
from sync.district.domain.late_register import LateFilter, LateStand
from sync.district.measures.closed_figures import ClosedQuestion
from sync.district.measures.dossier_states import Late
from sync.district.measures.indicator_rules import LateTarget
from sync.district.measures.late_fields import FieldLine
from sync.district.measures.period import Period
from sync.district.store.late_officers import OfficerLate


class LateLine(Struct, frozen=True):
    """A dossier of the list. ``procedure`` and ``field``: their names, empty when nobody told."""

    dossier: LateDossier
    procedure: str
    field: str
    counter_name: str
    days: int
    apology: Apology | None


class OfficerLine(Struct, frozen=True):
    """How many late dossiers an officer had in the period: for a cause of their own, for none that is known, for
    others. ``since_review``: late since the newest review. ``is_reader``: it is whoever reads."""

    officer_number: str
    unit_id: str
    own: int
    unknown: int
    outside: int
    reviews: tuple[LateReview, ...]
    since_review: int
    is_reader: bool

    @property
    def counted(self) -> int:
        """Those that count."""
        return self.own + self.unknown


class BesideTarget(Struct, frozen=True):
    """A share beside the target: ``within`` or ``beyond`` it, ``unsure`` while the interval holds it."""

    late: Late
    verdict: str


class OfficeView(Struct, frozen=True):
    """What is shown to those above a counter. ``officers``: ``None`` for who may not see them. ``given`` of ``late``:
    how many late dossiers of the period have an apology that was handed over."""

    fields: Sequence[FieldLine]
    all_fields: FieldLine
    target: LateTarget | None
    question: ClosedQuestion | None
    late: int
    given: int
    seconds: Sequence[SecondApology]
    doubled: Sequence[tuple[LateDossier, Apology]]
    officers: Sequence[OfficerLine] | None
    reviews: Sequence[LateReview]


class LateRegister(Struct, frozen=True):
    """The page. ``until``: the last day of which dossiers are told, today while the period runs: that of ``period`` is
    of what citizens answered. ``counts``: how many dossiers each choice would list. ``lines``: the first of ``n``.
    ``office``: ``None`` for whoever sits at a counter alone. ``known``: whether there is any list of dossiers."""

    unit_id: str
    name: str
    period: Period
    until: date
    wanted: LateFilter
    counts: Mapping[LateStand, int]
    without: int
    n: int
    lines: Sequence[LateLine]
    units: Sequence[tuple[str, str]]
    counters: Sequence[tuple[str, str]]
    office: OfficeView | None
    minimum: int
    known: bool


def late_lines(
    found: Iterable[tuple[LateDossier, str, str]],
    apologies: Mapping[str, Apology],
    counter_names: Mapping[str, str],
    today: date,
) -> list[LateLine]:
    """The lines of the list, the longest late first."""
    lines = [
        LateLine(
            each,
            procedure,
            field,
            counter_names.get(each.place.counter_id or "", each.place.counter_id or ""),
            each.days_late(today),
            apologies.get(each.dossier_code),
        )
        for each, procedure, field in found
    ]
    return sorted(lines, key=lambda line: (-line.days, line.dossier.dossier_code))


def officer_lines(
    found: Mapping[OfficerLate, int], reviews: Collection[LateReview], rules: ApologyRules, reader: str | None
) -> list[OfficerLine]:
    """The officers who are late again, those with most dossiers first. ``found`` tells the promised days of officers of
    whom there are minutes."""
    by_officer: dict[tuple[str, str], list[tuple[OfficerLate, int]]] = defaultdict(list)
    for each, n in found.items():
        by_officer[each.officer_number, each.unit_id].append((each, n))
    held: dict[tuple[str, str], list[LateReview]] = defaultdict(list)
    for review in reviews:
        held[review.officer_number, review.unit_id].append(review)
    lines = [_officer_line(key, late, held[key], rules, reader) for key, late in by_officer.items()]
    again = (line for line in lines if line.counted >= rules.again_from)
    return sorted(again, key=lambda line: (-line.counted, line.officer_number))


def _officer_line(
    key: tuple[str, str],
    found: Sequence[tuple[OfficerLate, int]],
    reviews: Sequence[LateReview],
    rules: ApologyRules,
    reader: str | None,
) -> OfficerLine:
    kinds, since = Counter[str](), 0
    newest = max((each.held_on for each in reviews), default=None)
    for each, n in found:
        counts = rules.counts_for_officer(each.cause_id)
        kinds["outside" if not counts else "own" if each.cause_id else "unknown"] += n
        since += n if counts and newest and each.due_on and each.due_on > newest else 0
    numbers = (kinds["own"], kinds["unknown"], kinds["outside"])
    return OfficerLine(*key, *numbers, tuple(reviews), since, key[0] == reader)


def beside_target(share: Late | None, target: LateTarget | None) -> BesideTarget | None:
    """A share with what it says of the target; ``None`` without either."""
    if share is None or target is None:
        return None
    if share.interval.low <= target.below <= share.interval.high:
        return BesideTarget(share, "unsure")
    return BesideTarget(share, "within" if share.value < target.below else "beyond")
