"""From a table to the rows of one kind of reference data, with everything that is wrong. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct, field

from sync.district.reference.cells import choice_of, link_of, number_of, period_of, weekdays_of
from sync.district.reference.columns import Catalogue, ColumnRule, Header, find_header, is_numbering
from sync.district.reference.names import plain_name
from sync.district.reference.table import Cell, Line, Sheet
from sync.district.reference.values import BadValue, checked, code_of, date_of, text_of

Value = str | int | date | dict[str, dict[str, str]] | None


class Problem(Struct, frozen=True):
    """Something to tell the person who brought the file. ``row`` is Excel's row number; ``key`` names the text."""

    key: str
    row: int | None = None
    column: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


class Row(Struct, frozen=True):
    """One row that could be read: only the fields whose columns the file has."""

    number: int
    values: Mapping[str, Value]


class Reading(Struct, frozen=True):
    """What a file says. ``errors`` keep all of it out; ``warnings`` do not. ``closing``: skipped totals."""

    rows: tuple[Row, ...]
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    personal: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    sheet: str = ""
    closing: int = 0


def read_rows(sheets: Sequence[Sheet], kind: str, catalogue: Catalogue, fixed: Mapping[str, str]) -> Reading:
    """Reads the sheet whose header names the most fields. ``fixed`` are values for columns the file does not have."""
    found = [(sheet, header) for sheet in sheets if (header := find_header(sheet, kind, catalogue))]
    if not found:
        return Reading((), errors=(Problem("import.file.no_header", values={"columns": _required(kind, catalogue)}),))
    sheet, header = max(found, key=lambda pair: (len(pair[1].places), not pair[0].broken_at))
    if sheet.broken_at:
        return Reading((), errors=(Problem("import.file.quotes", values={"line": sheet.broken_at}),))
    rules = {rule.field: rule for rule in catalogue.kinds[kind]}
    missing = [rule for rule in rules.values() if rule.required and rule.field not in {*header.places, *fixed}]
    if missing:
        errors = tuple(
            Problem("import.file.no_column", header.last_line, rule.label, {"others": ", ".join(rule.headers[1:4])})
            for rule in missing
        )
        return Reading((), errors, personal=header.personal, unused=header.unused, sheet=sheet.name)
    return _read(sheet, header, rules, catalogue, fixed)


def _required(kind: str, catalogue: Catalogue) -> str:
    return ", ".join(f"“{rule.label}”" for rule in catalogue.kinds[kind] if rule.required)


def _read(
    sheet: Sheet, header: Header, rules: Mapping[str, ColumnRule], catalogue: Catalogue, fixed: Mapping[str, str]
) -> Reading:
    rows: list[Row] = []
    errors: list[Problem] = []
    warnings: list[Problem] = []
    closing = 0
    lines = [line for line in sheet.lines if line.number > header.last_line]
    if lines and is_numbering(lines[0]):
        lines = lines[1:]
    key_place = header.places.get(next(iter(rules)))
    for line in lines:
        if not any(text_of(cell) for cell in line.cells):
            continue
        if _is_closing(line, header, key_place, rules, catalogue):
            closing += 1
            continue
        row, row_errors, row_warnings = _row(line, header, rules, catalogue, fixed, sheet.from_1904)
        errors += row_errors
        warnings += row_warnings
        if next(iter(rules)) in row.values:
            rows.append(row)  # even a row with errors: all that is wrong with it is said at once
    rows, doubled, repeated = _without_duplicates(rows, rules)
    if not rows and not errors:
        errors.append(Problem("import.file.no_rows"))
    return Reading(
        tuple(rows),
        (*errors, *doubled),
        (*warnings, *repeated),
        header.personal,
        header.unused,
        sheet.name,
        closing,
    )


def _is_closing(
    line: Line, header: Header, key_place: int | None, rules: Mapping[str, ColumnRule], catalogue: Catalogue
) -> bool:
    """Whether the row is a total, a signature or a group's head: it begins like one and has no key of its own."""
    filled = [(place, text_of(cell)) for place, cell in enumerate(line.cells) if text_of(cell)]
    first_place, first = filled[0]
    known = {header.places[name] for name in header.places}
    if not any(place in known for place, _ in filled):
        return True
    key = next((text for place, text in filled if place == key_place), "")
    if key and first_place != key_place and not _is_amount(key, next(iter(rules.values()))):
        return False
    folded = plain_name(first)
    begins = any(folded == word or folded.startswith(f"{word} ") for word in catalogue.closing)
    return begins or folded.rstrip("0123456789 ") in catalogue.closing_exactly


def _is_amount(text: str, rule: ColumnRule) -> bool:
    """Whether what stands in the key's column is the number a total row counts, not a key."""
    is_number = not text.strip("0123456789., ")
    return is_number and not (rule.decimals and rule.shape and rule.shape.fullmatch(text))


def _row(
    line: Line,
    header: Header,
    rules: Mapping[str, ColumnRule],
    catalogue: Catalogue,
    fixed: Mapping[str, str],
    from_1904: bool,
) -> tuple[Row, list[Problem], list[Problem]]:
    values: dict[str, Value] = dict(fixed)
    errors: list[Problem] = []
    warnings: list[Problem] = []
    for name, place in header.places.items():
        rule = rules[name]
        cell = line.cells[place] if place < len(line.cells) else None
        if text_of(cell).casefold() in catalogue.empty:
            cell = None
        try:
            values[name] = _value(cell, rule, from_1904)
        except BadValue as error:
            errors.append(Problem(error.key, line.number, rule.label, error.values))
            continue
        value = values[name]
        if rule.usual is not None and isinstance(value, str) and not rule.usual.fullmatch(value):
            warnings.append(Problem("import.value.unusual", line.number, rule.label, {"value": value}))
    return Row(line.number, values), errors, warnings


def _value(cell: Cell, rule: ColumnRule, from_1904: bool) -> Value:
    if not text_of(cell):
        if rule.required:
            raise BadValue("import.value.missing")
        return None
    match rule.kind:
        case "date":
            return date_of(cell, from_1904)
        case "code":
            return code_of(cell, rule)
        case "choice":
            return choice_of(text_of(cell), rule)
        case "number":
            return number_of(text_of(cell))
        case "link":
            return link_of(text_of(cell), rule)
        case "weekdays":
            return weekdays_of(text_of(cell))
        case "period":
            return period_of(text_of(cell))
        case _:
            return checked(text_of(cell), rule)


def _without_duplicates(
    rows: Sequence[Row], rules: Mapping[str, ColumnRule]
) -> tuple[list[Row], list[Problem], list[Problem]]:
    """The same key twice: the same row again is kept once and said, two different rows are an error."""
    key_rule = next(iter(rules.values()))
    first: dict[Value, Row] = {}
    errors: list[Problem] = []
    warnings: list[Problem] = []
    for row in rows:
        earlier = first.setdefault(row.values[key_rule.field], row)
        if earlier is row:
            continue
        same = earlier.values == row.values
        problem = Problem(
            "import.row.repeated" if same else "import.row.doubled",
            row.number,
            key_rule.label,
            {"first": earlier.number},
        )
        (warnings if same else errors).append(problem)
    return list(first.values()), errors, warnings
