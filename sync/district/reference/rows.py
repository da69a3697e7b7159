"""Read the rows of one kind of reference data from a file's sheets, with everything that is wrong. Pure."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from sync.district.reference.cleaning.clean import clean
from sync.district.reference.columns import Catalogue, ColumnRule, Header, find_header, is_numbering
from sync.district.reference.files.table import PROGRESS_EVERY, Progress, Sheet, no_progress
from sync.district.reference.other_sheets import other_sheets
from sync.district.reference.problems import FileContent, Row, RowProblem, Value
from sync.district.reference.row import RowReader


class _Found(Struct, frozen=True):
    """A sheet with a header of this kind."""

    sheet: Sheet
    header: Header

    @property
    def has_rows(self) -> bool:
        return any(line.number > self.header.last_line for line in self.sheet.lines)


def read_rows(
    sheets: Sequence[Sheet],
    kind: str,
    catalogue: Catalogue,
    fixed: Mapping[str, str],
    *,
    wanted: Sequence[str] = (),
    progress: Progress = no_progress,
) -> FileContent:
    """Reads every visible sheet whose header names the same fields as the best one. A visible sheet that names fewer,
    or has no header, but could be data too is an error that names both: nobody knows which is meant, unless ``wanted``
    says it.

    ``fixed`` are values for columns the file does not have.
    """
    hidden = tuple(sheet.name for sheet in sheets if sheet.hidden)
    absent = [name for name in wanted if name not in {sheet.name for sheet in sheets if not sheet.hidden}]
    if absent:
        return FileContent((), tuple(RowProblem("import.file.no_sheet", values={"sheet": name}) for name in absent))
    seen = [clean(sheet) for sheet in sheets if not sheet.hidden and (not wanted or sheet.name in wanted)]
    found = [_Found(sheet, header) for sheet in seen if (header := find_header(sheet, kind, catalogue))]
    if not found:
        values = {"columns": _required(kind, catalogue)}
        return FileContent((), errors=(RowProblem("import.file.no_header", values=values),), hidden=hidden)
    best = max(found, key=lambda each: (len(each.header.places), each.has_rows, not each.sheet.broken_at))
    rules = {rule.field: rule for rule in catalogue.kinds[kind]}
    fitting = [each for each in found if each is best or _fits(each, rules, fixed)] if best.sheet.name else [best]
    used = {id(each.sheet) for each in fitting}
    left = [sheet for sheet in seen if best.sheet.name and id(sheet) not in used]
    beside = other_sheets(left, best.header, kind, catalogue)
    errors = [*_different(fitting, best, beside.like_rows), *_unusable(fitting, rules, fixed)]
    if errors:
        header = best.header
        return FileContent((), tuple(errors), (), header.personal, header.unused, (best.sheet.name,), hidden)
    reader = RowReader(rules, catalogue, fixed)
    readings = [_read(each, reader, progress, several=len(fitting) > 1) for each in fitting]
    return replace(_joined(readings, rules), hidden=hidden, others=beside.others)


def _required(kind: str, catalogue: Catalogue) -> str:
    return ", ".join(f"“{rule.label}”" for rule in catalogue.kinds[kind] if rule.required)


def _missing(header: Header, rules: Mapping[str, ColumnRule], fixed: Mapping[str, str]) -> list[ColumnRule]:
    return [rule for rule in rules.values() if rule.required and rule.field not in {*header.places, *fixed}]


def _fits(found: _Found, rules: Mapping[str, ColumnRule], fixed: Mapping[str, str]) -> bool:
    return found.has_rows and not _missing(found.header, rules, fixed)


def _different(fitting: Sequence[_Found], best: _Found, like_rows: Sequence[str]) -> list[RowProblem]:
    """A sheet that could be data but has other columns than the best one, or none."""
    others = [each.sheet.name for each in fitting if each.header.places.keys() != best.header.places.keys()]
    others += like_rows
    if not others:
        return []
    names = ", ".join(f"“{name}”" for name in (best.sheet.name, *others))
    return [RowProblem("import.file.several_sheets", values={"sheets": names, "first": best.sheet.name})]


def _unusable(fitting: Sequence[_Found], rules: Mapping[str, ColumnRule], fixed: Mapping[str, str]) -> list[RowProblem]:
    problems = []
    for each in fitting:
        name = each.sheet.name if len(fitting) > 1 else ""
        if each.sheet.broken_at:
            problems.append(RowProblem("import.file.quotes", values={"line": each.sheet.broken_at}))
        for rule in _missing(each.header, rules, fixed):
            others = {"others": ", ".join(rule.headers[1:4])}
            problems.append(RowProblem("import.file.no_column", each.header.last_line, rule.label, others, name))
        for field, places in each.header.doubled.items():
            values = {"places": places}
            label = rules[field].label
            problems.append(RowProblem("import.file.same_column", each.header.last_line, label, values, name))
    return problems


def _read(found: _Found, reader: RowReader, progress: Progress, *, several: bool) -> FileContent:
    sheet, header = found.sheet, found.header
    rows: list[Row] = []
    errors: list[RowProblem] = []
    warnings: list[RowProblem] = []
    if sheet.hidden_rows:
        warnings.append(RowProblem("import.file.hidden_rows", values={"n": sheet.hidden_rows, "sheet": sheet.name}))
    closing = 0
    lines = [line for line in sheet.lines if line.number > header.last_line]
    if lines and is_numbering(lines[0]):
        lines = lines[1:]
    name = sheet.name if several else ""
    for count, line in enumerate(lines, start=1):
        if count % PROGRESS_EVERY == 0:
            progress("check", count)
        if reader.is_empty(line):
            continue
        if reader.is_closing(line, header):
            closing += 1
            continue
        values, wrong, doubtful = reader.read(line, header, sheet.from_1904)
        errors += [replace(problem, sheet=name) for problem in wrong]
        warnings += [replace(problem, sheet=name) for problem in doubtful]
        if reader.key in values:
            rows.append(Row(line.number, values, name))  # even with errors: all that is wrong is said at once
    return FileContent(
        *(tuple(rows), tuple(errors), tuple(warnings), header.personal, header.unused),
        sheets=(sheet.name,) if sheet.name else (),
        closing=closing,
    )


def _joined(readings: Sequence[FileContent], rules: Mapping[str, ColumnRule]) -> FileContent:
    rows, doubled, repeated = _without_duplicates([row for reading in readings for row in reading.rows], rules)
    errors = [*(problem for reading in readings for problem in reading.errors), *doubled]
    if not rows and not errors:
        errors.append(RowProblem("import.file.no_rows"))
    return FileContent(
        tuple(rows),
        tuple(errors),
        (*(problem for reading in readings for problem in reading.warnings), *repeated),
        tuple(dict.fromkeys(name for reading in readings for name in reading.personal)),
        tuple(dict.fromkeys(name for reading in readings for name in reading.unused)),
        tuple(name for reading in readings for name in reading.sheets),
        closing=sum(reading.closing for reading in readings),
    )


def _without_duplicates(
    rows: Sequence[Row], rules: Mapping[str, ColumnRule]
) -> tuple[list[Row], list[RowProblem], list[RowProblem]]:
    """The same key twice: the same row again is kept once and said, two different rows are an error. The key is the
    first field, or the fields that say so."""
    key_rule = next(iter(rules.values()))
    key_fields = [rule.field for rule in rules.values() if rule.is_key] or [key_rule.field]
    first: dict[tuple[Value, ...], Row] = {}
    errors: list[RowProblem] = []
    warnings: list[RowProblem] = []
    for row in rows:
        earlier = first.setdefault(tuple(row.values.get(name) for name in key_fields), row)
        if earlier is row:
            continue
        same = earlier.values == row.values
        key = "import.row.repeated" if same else "import.row.doubled"
        place = f"{earlier.number} ({earlier.sheet})" if earlier.sheet else earlier.number
        problem = RowProblem(key, row.number, key_rule.label, {"first": place}, row.sheet)
        (warnings if same else errors).append(problem)
    return list(first.values()), errors, warnings
