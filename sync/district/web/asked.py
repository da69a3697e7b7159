"""What the address of a page of figures asks for, and the addresses of other pages that keep what was chosen."""

from typing import Annotated
from urllib.parse import quote

from fastapi import Depends
from msgspec import Struct

from sync.district.measures.organisation import TreeName
from sync.district.measures.period import CALENDAR, Asked, Period, PeriodName, asked, containing


class View(Struct, frozen=True):
    """As it stands in the address, unread."""

    period: str = PeriodName.MONTH
    of: str = ""
    first: str = ""
    last: str = ""
    unit: str | None = None
    tree: str = TreeName.OF_THE_DAY

    def asked(self) -> Asked:
        """The period. Raises ``ValueError``."""
        return asked(self.period, self.of, self.first, self.last)


def _view(
    period: str = PeriodName.MONTH,
    of: str = "",
    first: str = "",
    last: str = "",
    unit: str | None = None,
    tree: str = TreeName.OF_THE_DAY,
) -> View:
    return View(period, of, first, last, unit or None, tree)


AskedView = Annotated[View, Depends(_view)]
"""Parameter of a handler."""


class Links(Struct, frozen=True):
    """Addresses of pages about the same or another unit, period and tree. All last: they name their days. ``site``: the
    district's own address, for paper."""

    page: str
    period: Period
    unit_id: str
    tree: TreeName
    site: str = ""

    def to(
        self, page: str | None = None, unit_id: str | None = None, query: str | None = None, tree: str | None = None
    ) -> str:
        """An address; what is not given stays as it is."""
        unit = self.unit_id if unit_id is None else unit_id
        found = f"{page or self.page}?{query or self.period.query}"
        found += f"&unit={quote(unit)}" if unit else ""
        return found + ("&tree=today" if (tree or self.tree) == TreeName.OF_TODAY else "")

    def kinds(self) -> list[tuple[PeriodName, str, bool]]:
        """Each kind of period with the address of the one that holds the last day shown, and whether it is shown."""
        queries = {name: _query(containing(name, self.period.last)) for name in CALENDAR} | {
            PeriodName.ALL: "period=all"
        }
        return [(name, self.to(query=query), name is self.period.name) for name, query in queries.items()]


def _query(wanted: Asked) -> str:
    return f"period={wanted.name}&of={wanted.of}"
