"""What a period's report says of written apologies: whole numbers, from the register and from the lists. Pure.

Nothing here was said by a citizen: what citizens answered about apologies is ``about_late`` of the closed figures.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct

from sync.district.domain.apology import Apology, ApologyState


class ClosedApologyLine(Struct, frozen=True):
    """The apologies of one unit: how many were made, the first and the last number, how many were handed over."""

    unit_id: str
    name: str
    made: int
    handed_over: int
    first: str
    last: str


class ClosedApologies(Struct, frozen=True):
    """``apologised`` and ``without``: of the dossiers that were returned late in the period or open and overdue at its
    end, those with an apology that was handed over by then and those without. The others count the apologies made in
    the period, by how far they had come when this was read: ``signed`` and ``made`` alone, ``handed_over`` by
    ``deliveries``; ``in_time`` before the promised day; ``broken``, whose new day was not kept either; ``causes`` by
    id; ``seconds``, tries to apologise a second time; ``doubled``, letters beside which the list of the one-stop
    software tells of another one for the same dossier."""

    apologised: int
    without: int
    made: int
    signed: int
    handed_over: int
    in_time: int
    broken: int
    seconds: int
    deliveries: Mapping[str, int]
    causes: Mapping[str, int]
    lines: tuple[ClosedApologyLine, ...]
    doubled: int = 0

    @property
    def total(self) -> int:
        """All apologies of the period."""
        return self.made + self.signed + self.handed_over


class LateApology(Struct, frozen=True):
    """An apology with what the list tells: on which day the result was returned, and the number of a letter."""

    apology: Apology
    returned_on: date | None
    listed_number: str = ""


def closed_apologies(
    found: Sequence[LateApology],
    apologised: int,
    without: int,
    seconds: int,
    names: Mapping[str, str],
    last: date,
) -> ClosedApologies:
    """The numbers of some apologies, as they stood at the end of the day ``last``. ``names``: of units."""
    found = [_until(each, last) for each in found]
    letters = [each.apology for each in found]
    states = Counter(each.state for each in letters)
    ways = Counter(str(step.delivery) for each in letters for step in each.steps if step.delivery is not None)
    return ClosedApologies(
        apologised=apologised,
        without=without,
        made=states[ApologyState.MADE],
        signed=states[ApologyState.SIGNED],
        handed_over=states[ApologyState.HANDED_OVER],
        in_time=sum(each.was_in_time for each in letters),
        broken=sum(each.apology.is_broken(each.returned_on, last) for each in found),
        seconds=seconds,
        deliveries=dict(sorted(ways.items())),
        causes=dict(sorted(Counter(each.cause_id for each in letters).items())),
        lines=tuple(_lines(letters, names)),
        doubled=sum(each.apology.differs_from(each.listed_number) for each in found),
    )


def _until(known: LateApology, last: date) -> LateApology:
    returned = known.returned_on if known.returned_on and known.returned_on <= last else None
    return LateApology(known.apology.until(last), returned, known.listed_number)


def _lines(letters: Sequence[Apology], names: Mapping[str, str]) -> Iterable[ClosedApologyLine]:
    units = sorted({each.letter.place.unit_id for each in letters}, key=lambda each: (names.get(each, each), each))
    for unit_id in units:
        own = sorted(
            (each for each in letters if each.letter.place.unit_id == unit_id),
            key=lambda each: (each.year, each.number),
        )
        handed = sum(each.state is ApologyState.HANDED_OVER for each in own)
        yield ClosedApologyLine(unit_id, names.get(unit_id, unit_id), len(own), handed, own[0].label, own[-1].label)
