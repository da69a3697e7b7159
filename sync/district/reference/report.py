"""Report an import to the person who brought the file: which row, which column, what is wrong, what to do. Pure."""

from collections.abc import Sequence

from sync.district.reference.importing import PORTRAITS, Outcome
from sync.district.reference.problems import RowProblem
from sync.district.texts import Texts

MAX_LINES = 200


def report(outcome: Outcome, file_name: str, texts: Texts) -> str:
    """The whole report, many lines, ending with what happened. Nothing in it moves the cursor of a terminal."""
    reading = outcome.reading
    what = texts(f"import.kind.{outcome.kind}")
    lines = [texts(f"{_own(outcome)}.head", what=what, file=file_name)]
    for key, names in (("sheet", reading.sheets), ("hidden", reading.hidden), ("others", reading.others)):
        if names:
            lines.append(texts(f"import.report.{key}", sheet=_quoted(names)))
    for key, names in (("personal", reading.personal), ("unused", reading.unused)):
        if names:
            lines.append(texts(f"import.report.{key}", columns=_quoted(names)))
    if reading.closing:
        lines.append(texts("import.report.closing", n=reading.closing))
    lines += _section("import.report.errors", reading.errors, texts)
    lines += _section("import.report.warnings", reading.warnings, texts)
    lines += _takes_away(outcome, texts)
    lines += ["", _ending(outcome, texts)]
    return "\n".join("".join(letter if letter.isprintable() else "·" for letter in line) for line in lines)


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)


def _section(heading: str, problems: Sequence[RowProblem], texts: Texts) -> list[str]:
    if not problems:
        return []
    ordered = sorted(problems, key=lambda problem: (problem.sheet, problem.row or 0))
    lines = ["", texts(heading, n=len(problems))]
    lines += [f"  {_line(problem, texts)}" for problem in ordered[:MAX_LINES]]
    if len(ordered) > MAX_LINES:
        lines.append(f"  {texts('import.report.more', n=len(ordered) - MAX_LINES)}")
    return lines


def _line(problem: RowProblem, texts: Texts) -> str:
    words = texts(problem.key, **problem.values)
    if problem.row is None:
        return f"{texts('import.report.entry', entry=problem.column)} {words}" if problem.column else words
    place = "import.report.row_column" if problem.column else "import.report.row"
    sheet = texts("import.report.of_sheet", sheet=problem.sheet) if problem.sheet else ""
    return f"{texts(place, row=problem.row, column=problem.column, sheet=sheet)} {words}"


def _takes_away(outcome: Outcome, texts: Texts) -> list[str]:
    """The known values this file takes away, column by column, the days a list of holidays no longer has, and what a
    whole list no longer has."""
    lines = [texts("import.report.emptied", column=column, n=n) for column, n in outcome.emptied.items()]
    if outcome.gone:
        lines.append(texts("import.report.gone", n=outcome.gone))
    if outcome.vanishing and outcome.ends_on is not None:
        what = texts(f"import.kind.{outcome.kind}")
        lines.append(
            texts("import.report.vanishing", n=len(outcome.vanishing), what=what, day=f"{outcome.ends_on:%d/%m/%Y}")
        )
        lines += [f"  {name}" for name in outcome.vanishing[:MAX_LINES]]
        if len(outcome.vanishing) > MAX_LINES:
            lines.append(f"  {texts('import.report.more', n=len(outcome.vanishing) - MAX_LINES)}")
    return ["", texts("import.report.takes_away"), *(f"  {line}" for line in lines)] if lines else []


def _ending(outcome: Outcome, texts: Texts) -> str:
    if outcome.reading.errors:
        return texts(f"{_own(outcome)}.refused")
    if outcome.asks:
        keys = {"asks": outcome.emptied or outcome.gone, "asks_closing": outcome.vanishing}
        return "\n".join(texts(f"import.report.{key}") for key, needed in keys.items() if needed)
    key = "check" if outcome.checked_only else "done"
    counts = {"new": outcome.new, "changed": outcome.changed, "unchanged": outcome.unchanged}
    ending = texts(f"{_own(outcome)}.{key}", **counts, removed=outcome.removed)
    return f"{ending} {texts(f'import.report.{key}_ended', n=len(outcome.vanishing))}" if outcome.vanishing else ending


def _own(outcome: Outcome) -> str:
    """Pictures are no rows."""
    return "import.portrait" if outcome.kind == PORTRAITS else "import.report"
