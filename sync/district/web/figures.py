"""The first page's figures as JSON: the same values, the same rules about too few. Pure."""

from collections.abc import Mapping
from typing import Any

from sync.district.measures.cuts import CUTS, Cut
from sync.district.measures.disclosure import CutFigure, Figure
from sync.district.measures.dossier_states import Coverage
from sync.district.measures.index import COVERAGE, FIVE_COUNTS, SHARE_SATISFIED, Share
from sync.district.measures.intervals import Interval
from sync.district.measures.invitations import ENDED_SHARE, RESPONSE_RATE, InvitationFigure, InvitationSection
from sync.district.measures.kiosks import KioskLine
from sync.district.measures.period import Period
from sync.district.measures.reasons import Reasons
from sync.district.measures.targets import Targeted
from sync.district.times import rfc3339
from sync.district.web.overview import ComparedLine, Overview


def figures(page: Overview) -> dict[str, Any]:
    """JSON values. ``rated`` is null in a group below ``fewer_than``; ``share`` is null when too few. All figures are
    of released groups (``kiosk.domain.released``), up to and including the day ``period.last``. ``own_counters_alone``:
    all of them, the total too, are of the counters at which the reader sits."""
    return {
        "v": 1,
        "made_at": rfc3339(page.made_at),
        "period": period_values(page.period),
        "measures": {measure.name: measure.version for measure in (SHARE_SATISFIED, FIVE_COUNTS, COVERAGE)},
        "tree": str(page.tree),
        "trees_differ": page.trees_differ,
        "unit_id": page.unit_id or None,
        "own_counters_alone": page.own_alone,
        "total": _figure(page.total),
        "target": _target(page.target),
        "coverage": _coverage(page.coverage),
        "compared": [_compared(line) for line in page.compared],
        "undated": page.undated,
        "lines": [
            {
                "unit_id": line.unit_id,
                "counter_id": line.counter_id,
                "name": line.name,
                "former": line.former or None,
                "last_day": line.last_day.isoformat() if line.last_day else None,
                "objections": [str(state) for state in page.objected.get(line.counter_id or "", ())],
                **_figure(line.figure),
            }
            for line in page.lines
        ],
        "reasons": {
            "fewer_than": page.reasons.floor,
            "total": _reasons(page.reasons.total),
            "lines": [
                {"unit_id": line.unit_id, "counter_id": line.counter_id, "name": line.name, **_reasons(line.reasons)}
                for line in page.reasons.lines
            ],
        },
        "cuts": [_cut(each) for each in page.cuts],
        "invitations": _invitations(page.invitations),
        "kiosks": [_kiosk(kiosk) for kiosk in page.kiosks],
        "opening": {
            "waiting": page.opening.waiting,
            "lag_seconds": int(page.opening.lag.total_seconds()),
            "unopened": page.opening.unopened,
            "refused": page.opening.refused,
        },
    }


def period_values(period: Period) -> dict[str, Any]:
    """A period: ``last`` is the last day that is told, ``ends`` the last by the calendar, ``query`` its lasting
    address."""
    return {
        "name": str(period.name),
        "of": period.of or None,
        "first": period.first.isoformat() if period.first else None,
        "last": period.last.isoformat(),
        "ends": period.ends.isoformat(),
        "query": period.query,
    }


def interval_values(interval: Interval | None) -> list[float] | None:
    """The two ends of an interval."""
    return None if interval is None else [round(interval.low, 6), round(interval.high, 6)]


def _target(found: Targeted | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"at_least": found.at_least, "source": found.source, "state": str(found.state)}


def _coverage(found: Coverage | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "share": round(found.share, 6),
        "visits": found.visits,
        "finite_population": interval_values(found.finite),
        "silent": interval_values(found.silent),
    }


def _compared(line: ComparedLine) -> dict[str, Any]:
    comparison = line.comparison
    return {
        "period": period_values(line.period),
        "figure": _figure(line.figure),
        "difference": round(comparison.difference, 6) if comparison else None,
        "interval": interval_values(comparison.interval) if comparison else None,
        "smallest_visible": round(comparison.smallest_visible, 6) if comparison else None,
        "distinguishable": comparison.distinguishable if comparison else None,
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "rated": figure.rated,
        "fewer_than": figure.fewer_than if figure.rated is None else None,
        "dossiers": figure.dossiers,
        "satisfied": figure.satisfied,
        "scores": _scores(figure.scores),
        **_share(figure.share),
        "minimum_n": figure.minimum_n,
        "contradicted": figure.contradicted,
        "share_with_the_highest": round(figure.highest_share.value, 6) if figure.highest_share else None,
    }


def _cut(cut: Cut) -> dict[str, Any]:
    """``rest``: ratings of the share that are in no line. ``lower_unplaced``: lower scores are in no line either, and
    no line has a share."""
    return {
        "by": cut.by,
        "measure": {CUTS.name: CUTS.version},
        "lines": [{"value": line.value, "name": line.name or None, **_cut_figure(line.figure)} for line in cut.lines],
        "rest": cut.rest,
        "lower_unplaced": cut.lower_unplaced,
    }


def _cut_figure(figure: CutFigure) -> dict[str, Any]:
    return {
        "rated": figure.rated,
        "satisfied": figure.satisfied,
        "scores": _scores(figure.scores),
        **_share(figure.share),
        "minimum_n": figure.minimum_n,
    }


def _scores(scores: Mapping[int, int] | None) -> dict[str, int] | None:
    return {str(score): n for score, n in scores.items()} if scores else None


def _share(share: Share | None) -> dict[str, Any]:
    return {
        "share": round(share.value, 6) if share else None,
        "low": round(share.interval.low, 6) if share else None,
        "high": round(share.interval.high, 6) if share else None,
    }


def _reasons(reasons: Reasons) -> dict[str, Any]:
    sides = {"better": reasons.better, "good": reasons.good}
    return {side: [{"words": dict(each.words), "n": each.n} for each in found] for side, found in sides.items()}


def _invitations(found: InvitationSection | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "measures": {measure.name: measure.version for measure in (RESPONSE_RATE, ENDED_SHARE)},
        "total": _invitation(found.total),
        "lines": [
            {"unit_id": line.unit_id, "counter_id": line.counter_id, "name": line.name, **_invitation(line.figure)}
            for line in found.lines
        ],
    }


def _invitation(figure: InvitationFigure) -> dict[str, Any]:
    sums = figure.sums
    return {
        "served": sums.served if sums else None,
        "ended": sums.ended if sums else None,
        "invited": sums.invited if sums else None,
        "answered": sums.answered if sums else None,
        "fewer_than": None if sums else figure.fewer_than,
        "response": round(figure.response.value, 6) if figure.response else None,
        "response_interval": interval_values(figure.response.interval if figure.response else None),
        "ended_share": round(figure.ended.value, 6) if figure.ended else None,
        "fewer_ended": figure.fewer_ended,
        "minimum_n": figure.minimum_n,
    }


def _kiosk(kiosk: KioskLine) -> dict[str, Any]:
    return {
        "device_id": kiosk.device_id,
        "state": str(kiosk.state),
        "last_contact_at": rfc3339(kiosk.last_contact_at) if kiosk.last_contact_at else None,
        "backlog": kiosk.backlog,
        "oldest_day": kiosk.oldest_day.isoformat() if kiosk.oldest_day else None,
        "set_aside": kiosk.set_aside,
        "findings": [{"kind": found.kind, "n": found.n, "serious": found.serious} for found in kiosk.anomalies],
        "devices": {
            name: {"level": str(fact.level), "word": fact.word, **fact.values} for name, fact in kiosk.devices.items()
        },
    }
