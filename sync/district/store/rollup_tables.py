"""Tables of roll-ups: what released groups and dossiers add up to, by day and by month.

They say nothing that the released groups and the dossiers do not say: each number is a sum of whole groups of one day
or month, a unit and a counter. ``sync.district.store.rollups`` keeps them in the transaction that writes what they sum
up.
"""

from sqlalchemy import Column, Date, Index, Integer, String, Table

from sync.district.store.metadata import metadata
from sync.district.store.release_tables import MAX_FIELD


def _place() -> tuple[Column[str], Column[str]]:
    """A unit and a counter, empty where none is named."""
    return Column("unit_id", String(64), primary_key=True), Column("counter_id", String(64), primary_key=True)


def _released(name: str, day: str) -> Table:
    """``stream`` and what follows it are those of ``released_groups`` and ``released_counts``."""
    return Table(
        name,
        metadata,
        Column("stream", String(16), primary_key=True),
        Column(day, Date, primary_key=True),
        *_place(),
        Column("questionnaire", String(64), primary_key=True),
        Column("question_id", String(64), primary_key=True),
        Column("answer", String(64), primary_key=True),
        Column("n", Integer, nullable=False),
        Index(f"ix_{name}_counter_id", "counter_id", day),
        sqlite_with_rowid=False,
    )


def _cuts(name: str, day: str) -> Table:
    """Groups of ratings and of corrections that are of one kind altogether: see ``sync.district.domain.work``."""
    return Table(
        name,
        metadata,
        Column("stream", String(16), primary_key=True),
        Column(day, Date, primary_key=True),
        *_place(),
        Column("field", String(MAX_FIELD), primary_key=True),
        Column("stage", String(16), primary_key=True),
        Column("procedure_id", String(64), primary_key=True),
        Column("language", String(16), primary_key=True),
        Column("answer", String(64), primary_key=True),
        Column("n", Integer, nullable=False),
        sqlite_with_rowid=False,
    )


def _dossiers(name: str, day: str) -> Table:
    """``state``: a ``sync.district.domain.dossier_cells.DossierStep``. ``since``: the day or month of receipt."""
    return Table(
        name,
        metadata,
        Column("state", String(16), primary_key=True),
        Column(day, Date, primary_key=True),
        Column("since", Date, primary_key=True),
        *_place(),
        Column("n", Integer, nullable=False),
        Index(f"ix_{name}_since", "since", day),
        sqlite_with_rowid=False,
    )


def _dossier_fields(name: str, day: str) -> Table:
    """``step``: a ``sync.district.domain.dossier_cells.FieldStep``. ``field``: of the procedure as it is now, empty
    where none is known. ``unit_id``: empty but for dossiers without a counter, which stand without any place too."""
    return Table(
        name,
        metadata,
        Column("step", String(16), primary_key=True),
        Column(day, Date, primary_key=True),
        *_place(),
        Column("field", String(MAX_FIELD), primary_key=True),
        Column("n", Integer, nullable=False),
        Index(f"ix_{name}_counter_id", "counter_id", day),
        sqlite_with_rowid=False,
    )


released_by_day = _released("released_by_day", "day")
released_by_month = _released("released_by_month", "month")  # a month is named by its first day
cuts_by_day = _cuts("cuts_by_day", "day")
cuts_by_month = _cuts("cuts_by_month", "month")
dossiers_by_day = _dossiers("dossiers_by_day", "day")
dossiers_by_month = _dossiers("dossiers_by_month", "month")
dossier_fields_by_day = _dossier_fields("dossier_fields_by_day", "day")
dossier_fields_by_month = _dossier_fields("dossier_fields_by_month", "month")

rollup_fills = Table(  # a roll-up that is being filled for the first time; one without a row here is whole
    "rollup_fills",
    metadata,
    Column("name", String(16), primary_key=True),  # sync.district.store.rollups.Rollup
    Column("up_to", String(64), nullable=False),  # the last group or dossier that is in it; "": none is yet
)
