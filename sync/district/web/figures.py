"""The first page's figures as JSON: the same values, the same rules about too few. Pure."""

from typing import Any

from sync.district.measures.disclosure import Figure
from sync.district.measures.index import COVERAGE, SHARE_SATISFIED
from sync.district.measures.reasons import Reasons
from sync.district.times import rfc3339
from sync.district.web.kiosks import KioskLine
from sync.district.web.overview import Overview


def figures(page: Overview) -> dict[str, Any]:
    """JSON values. ``rated`` is null in a group below ``fewer_than``; ``share`` is null when too few. All figures are
    of released groups (``kiosk.domain.released``), up to and including the day ``period.last``."""
    first = page.period.first
    return {
        "v": 1,
        "made_at": rfc3339(page.made_at),
        "period": {
            "name": str(page.period.name),
            "first": first.isoformat() if first else None,
            "last": page.period.last.isoformat(),
        },
        "measures": {measure.name: measure.version for measure in (SHARE_SATISFIED, COVERAGE)},
        "tree": str(page.tree),
        "trees_differ": page.trees_differ,
        "unit_id": page.path[-1][0] if page.path else None,
        "total": _figure(page.total),
        "undated": page.undated,
        "lines": [
            {
                "unit_id": line.unit_id,
                "counter_id": line.counter_id,
                "name": line.name,
                "former": line.former or None,
                "last_day": line.last_day.isoformat() if line.last_day else None,
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
        "kiosks": [_kiosk(kiosk) for kiosk in page.kiosks],
        "opening": {
            "waiting": page.opening.waiting,
            "lag_seconds": int(page.opening.lag.total_seconds()),
            "unopened": page.opening.unopened,
            "refused": page.opening.refused,
        },
    }


def _figure(figure: Figure) -> dict[str, Any]:
    share = figure.share
    return {
        "rated": figure.rated,
        "fewer_than": figure.fewer_than if figure.rated is None else None,
        "dossiers": figure.dossiers,
        "satisfied": figure.satisfied,
        "share": round(share.value, 6) if share else None,
        "low": round(share.interval.low, 6) if share else None,
        "high": round(share.interval.high, 6) if share else None,
        "minimum_n": figure.minimum_n,
        "contradicted": figure.contradicted,
        "share_with_the_highest": round(figure.highest_share.value, 6) if figure.highest_share else None,
    }


def _reasons(reasons: Reasons) -> dict[str, Any]:
    sides = {"better": reasons.better, "good": reasons.good}
    return {side: [{"words": dict(each.words), "n": each.n} for each in found] for side, found in sides.items()}


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
