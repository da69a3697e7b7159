"""The page of single indicators as JSON: the same values, the same rules about too few. Pure."""

from typing import Any

from sync.district.measures.catalogue import CATALOGUE, Page
from sync.district.measures.dossier_states import DossierCounts, DossierState, Late
from sync.district.measures.indicators import Kept, Points
from sync.district.measures.questions import QuestionFigure
from sync.district.times import rfc3339
from sync.district.web.figures import interval_values, period_values
from sync.district.web.indicators import Indicators


def indicator_figures(page: Indicators) -> dict[str, Any]:
    """JSON values. ``value`` and ``lines`` are null where there are too few."""
    return {
        "v": 1,
        "made_at": rfc3339(page.made_at),
        "period": period_values(page.period),
        "tree": str(page.tree),
        "unit_id": page.unit_id or None,
        "measures": {each.measure.name: each.measure.version for each in CATALOGUE if each.page is Page.INDICATORS},
        "dossiers": _dossiers(page.dossiers, page.late),
        "lines": [
            {
                "unit_id": line.unit_id,
                "counter_id": line.counter_id,
                "name": line.name,
                **_dossiers(line.dossiers, line.late),
            }
            for line in page.lines
        ],
        "tt01": [_points(each) for each in page.points],
        "qd766_5_4": _kept(page.kept),
        "questions": [_question(asking.questionnaire, figure) for asking in page.asking for figure in asking.questions],
    }


def _dossiers(counts: DossierCounts, late: Late | None) -> dict[str, Any]:
    return {
        **{str(state): counts[state] for state in DossierState},
        "late_share": round(late.value, 6) if late else None,
        "late_interval": interval_values(late.interval) if late else None,
    }


def _points(points: Points) -> dict[str, Any]:
    return {
        "indicator": points.indicator,
        "from": "dates" if points.from_dates else "answers",
        "value": None if points.value is None else float(points.value),
        "least": None if points.least is None else float(points.least),
        "n": points.n,
        "excluded": points.excluded,
    }


def _kept(kept: Kept | None) -> dict[str, Any] | None:
    if kept is None:
        return None
    return {
        "percent": float(kept.percent),
        "points": float(kept.points),
        "returned": kept.returned,
        "late": kept.late,
        "dissatisfied": kept.dissatisfied,
    }


def _question(questionnaire: str, figure: QuestionFigure) -> dict[str, Any]:
    satisfied = figure.satisfied
    return {
        "questionnaire": questionnaire,
        "question_id": figure.measure.question.question_id,
        "n": figure.n if figure.enough else None,
        "lines": [{"answer": line.answer, "n": line.n} for line in figure.lines] if figure.enough else None,
        "satisfied": round(satisfied.value, 6) if satisfied else None,
        "interval": interval_values(satisfied.interval) if satisfied else None,
    }
