"""Check what a row refers to: a unit, a counter, a procedure, an officer that must be known, or should be. Pure.

A notice with the code of a plan's card keeps the file out: two people stand behind a card, and no file.
An unknown unit or counter keeps the file out: its rows would be counted nowhere, and nobody would notice. An unknown
procedure or officer is only a warning: it is a label, the code is kept, and the name appears once it is imported.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from sync.district.domain.action_plan import is_card_code
from sync.district.reference.columns import ColumnRule
from sync.district.reference.contradictions import against_the_code, far_from_the_code
from sync.district.reference.names import plain_name
from sync.district.reference.problems import FileContent, Row, RowProblem, Value


class KnownReferences(Struct, frozen=True):
    """What was imported before: the name of each unit, counter and procedure by id, and the officers' numbers."""

    units: Mapping[str, str]
    counters: Mapping[str, str]
    procedures: Mapping[str, str]
    officers: frozenset[str]
    parents: Mapping[str, str | None]
    successors: Mapping[str, str | None] = {}


class _Names:
    """Finds an id by the id itself in any case, or by a name that only one has."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._ids = {identifier.upper(): identifier for identifier in names}
        self._by_name: dict[str, str | None] = {}
        self._found: dict[str, str | None] = {}
        for identifier, name in names.items():
            folded = plain_name(name)
            self._by_name[folded] = None if folded in self._by_name else identifier

    def find(self, text: str) -> str | None:
        if text not in self._found:
            name = self._ids.get("".join(text.split()).upper()) or self._by_name.get(plain_name(text))
            self._found[text] = name
        return self._found[text]


def link(reading: FileContent, kind: str, rules: Sequence[ColumnRule], known: KnownReferences) -> FileContent:
    """The rows with names replaced by ids, and with what does not fit together added to the problems."""
    if kind == "units":
        own = {str(row.values["unit_id"]): str(row.values["name"]) for row in reading.rows}
        known = replace(known, units={**known.units, **own})
    names = {"unit": _Names(known.units), "counter": _Names(known.counters), "procedure_name": _Names(known.procedures)}
    labels = {rule.field: rule.label for rule in rules}
    rows: list[Row] = []
    errors = list(reading.errors)
    warnings = list(reading.warnings)
    for row in reading.rows:
        values = dict(row.values)
        for rule in rules:
            text = values.get(rule.field)
            if rule.kind not in names or not isinstance(text, str):
                continue
            values[rule.field] = names[rule.kind].find(text)
            if values[rule.field] is not None:
                continue
            problem = RowProblem(f"import.link.{rule.kind}", row.number, rule.label, {"value": text}, row.sheet)
            if rule.kind != "procedure_name":
                errors.append(problem)
            elif values.get("procedure_id") is None:
                warnings.append(problem)
        warnings += [replace(doubt, sheet=row.sheet) for doubt in _doubts(kind, row.number, values, known)]
        if kind == "notices" and is_card_code(code := str(values[rules[0].field])):
            errors.append(RowProblem("import.row.card_code", row.number, rules[0].label, {"value": code}, row.sheet))
        if kind == "dossiers":
            exchanged = against_the_code(row.number, values, labels)
            errors += [replace(problem, sheet=row.sheet) for problem in exchanged]
            doubts = [] if exchanged else far_from_the_code(row.number, values, labels)
            warnings += [replace(problem, sheet=row.sheet) for problem in doubts]
        rows.append(Row(row.number, _without_names(values), row.sheet))
    if kind == "units" and not errors:
        errors += _loops(rows, "parent_id", known.parents, "import.link.loop")
        errors += _loops(rows, "successor_id", known.successors, "import.link.successor_loop")
    return replace(reading, rows=tuple(rows), errors=tuple(errors), warnings=tuple(warnings))


def _without_names(values: dict[str, Value]) -> dict[str, Value]:
    """A procedure given by its name only becomes its code."""
    if "procedure_name" in values:
        found = values.pop("procedure_name")
        values["procedure_id"] = values.get("procedure_id") or found
    return values


_IN_ORDER = (
    *(
        ("received_on", later)
        for later in ("due_on", "returned_on", "apologised_on", "office_due_on", "office_done_on")
    ),
    ("valid_from", "valid_to"),
)
"""Dates of which the second is not before the first."""


def _doubts(kind: str, number: int, values: Mapping[str, Value], known: KnownReferences) -> list[RowProblem]:
    doubts = []
    procedure, officer = values.get("procedure_id"), values.get("officer_number")
    if kind == "dossiers" and procedure is not None and procedure not in known.procedures:
        doubts.append(RowProblem("import.link.procedure", number, values={"value": procedure}))
    if kind == "dossiers" and officer is not None and officer not in known.officers:
        doubts.append(RowProblem("import.link.officer", number, values={"value": officer}))
    for earlier, later in _IN_ORDER:
        first, second = values.get(earlier), values.get(later)
        if first is not None and second is not None and str(second) < str(first):
            doubts.append(RowProblem(f"import.dates.{later}", number, values={"first": first, "second": second}))
    return doubts


def _loops(rows: Sequence[Row], field: str, known: Mapping[str, str | None], key: str) -> list[RowProblem]:
    """A unit that is its own superior, or its own successor, however far on."""
    given = {str(row.values["unit_id"]): row.values[field] for row in rows if field in row.values}
    leads_to: dict[str, Value] = {**known, **given}
    problems = []
    for row in rows:
        seen, current = set(), row.values["unit_id"]
        while current is not None and current not in seen:
            seen.add(current)
            current = leads_to.get(str(current))
        if current is not None:
            problems.append(RowProblem(key, row.number, sheet=row.sheet))
    return problems
