"""The public index as open data: the same values as JSON after ``open_data.schema.json``, and as CSV. Pure."""

import csv
import io
import json
from pathlib import Path
from typing import Any

from sync.district.web.figures import interval_values
from sync.district.web.public_index import PublicLine, PublicMonth
from sync.district.web.register_table import BOM, safe

SCHEMA = Path(__file__).parent / "open_data.schema.json"
COLUMNS = (
    *("month", "unit_id", "parent_id", "name", "level", "told", "rated", "satisfied", "share", "low", "high"),
    *("score_5", "score_4", "score_3", "score_2", "score_1", "visits", "coverage", "silent_low", "silent_high"),
)


def open_data(month: PublicMonth) -> dict[str, Any]:
    """JSON values. Where ``told`` is false nothing is said of a unit: too few rated, or others could be found by it."""
    return {
        "v": 1,
        "schema": "/chi-so/schema.json",
        "month": month.period.of,
        "made_on": month.made_on.isoformat(),
        "measures": dict(month.measures),
        "minimum_n": month.minimum_n,
        "counters_from": month.counters_from,
        "units": [_unit(line) for line in month.lines],
    }


def open_file(month: PublicMonth) -> bytes:
    """The very bytes that are published as JSON: the public log holds their hash."""
    return json.dumps(open_data(month), ensure_ascii=False, separators=(",", ":")).encode()


def open_path(of: str) -> str:
    """Where that file is published."""
    return f"/chi-so.json?of={of}"


def open_table(month: PublicMonth) -> str:
    """A line for each unit, in UTF-8 with a mark at the beginning: Excel reads it as Vietnamese."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for line in month.lines:
        values = {"month": month.period.of, **_unit(line)}
        scores, silent = values.pop("scores") or {}, values.pop("silent") or (None, None)
        values |= {f"score_{score}": scores.get(score) for score in "54321"}
        values |= {"silent_low": silent[0], "silent_high": silent[1], "told": int(values["told"])}
        writer.writerow(["" if values[name] is None else safe(str(values[name])) for name in COLUMNS])
    return BOM + out.getvalue()


def _unit(line: PublicLine) -> dict[str, Any]:
    share, found = line.share, line.coverage
    return {
        "unit_id": line.unit_id,
        "parent_id": line.parent_id or None,
        "name": line.name,
        "level": line.level,
        "told": share is not None,
        "rated": share.rated if share else None,
        "satisfied": share.satisfied if share else None,
        "share": round(share.value, 6) if share else None,
        "low": round(share.interval.low, 6) if share else None,
        "high": round(share.interval.high, 6) if share else None,
        "scores": {str(score): n for score, n in line.scores.items()} if share else None,
        "visits": found.visits if found else None,
        "coverage": round(found.share, 6) if found else None,
        "silent": interval_values(found.silent) if found else None,
    }
