"""What an import says to the person who brought the file: which row, which column, what is wrong, what to do. Pure."""

from collections.abc import Sequence

from sync.district.reference.importing import PORTRAITS, Outcome
from sync.district.reference.rows import Problem
from sync.district.texts import Texts

MOST_LINES = 200


def report(outcome: Outcome, file_name: str, texts: Texts) -> str:
    """The whole report, many lines, ending with what happened."""
    reading = outcome.reading
    what = texts(f"import.kind.{outcome.kind}")
    lines = [texts(f"{_own(outcome)}.head", what=what, file=file_name)]
    if reading.sheet:
        lines.append(texts("import.report.sheet", sheet=reading.sheet))
    for key, columns in (("personal", reading.personal), ("unused", reading.unused)):
        if columns:
            lines.append(texts(f"import.report.{key}", columns=", ".join(f"“{column}”" for column in columns)))
    if reading.closing:
        lines.append(texts("import.report.closing", n=reading.closing))
    lines += _section("import.report.errors", reading.errors, texts)
    lines += _section("import.report.warnings", reading.warnings, texts)
    lines += ["", _ending(outcome, texts)]
    return "\n".join(lines)


def _section(heading: str, problems: Sequence[Problem], texts: Texts) -> list[str]:
    if not problems:
        return []
    ordered = sorted(problems, key=lambda problem: problem.row or 0)
    lines = ["", texts(heading, n=len(problems))]
    lines += [f"  {_line(problem, texts)}" for problem in ordered[:MOST_LINES]]
    if len(ordered) > MOST_LINES:
        lines.append(f"  {texts('import.report.more', n=len(ordered) - MOST_LINES)}")
    return lines


def _line(problem: Problem, texts: Texts) -> str:
    words = texts(problem.key, **problem.values)
    if problem.row is None:
        return words
    place = "import.report.row_column" if problem.column else "import.report.row"
    return f"{texts(place, row=problem.row, column=problem.column)} {words}"


def _ending(outcome: Outcome, texts: Texts) -> str:
    if not outcome.accepted:
        return texts(f"{_own(outcome)}.refused")
    key = "check" if outcome.checked_only else "done"
    counts = {"new": outcome.new, "changed": outcome.changed, "unchanged": outcome.unchanged}
    return texts(f"{_own(outcome)}.{key}", **counts, removed=outcome.removed)


def _own(outcome: Outcome) -> str:
    """Pictures are no rows."""
    return "import.portrait" if outcome.kind == PORTRAITS else "import.report"
