"""``/metrics``: how kiosks and server stand, for a monitoring system (Prometheus text format), behind a token.

It tells no more than the page of kiosks, and a server process tells the same for a whole hour: counted every few
seconds, what moves with a single entry would tell of a press.
"""

import hmac
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from sync.district.measures.alerts import Alert
from sync.district.measures.kiosk_state import KioskState
from sync.district.measures.kiosks import KioskLine, OpeningLine, Trouble, coarse_opening, full_hour, kiosk_lines
from sync.district.services import Services
from sync.district.store import figures
from sync.district.store.alerts import raised_alerts
from sync.district.store.engine import Connection, StoreUnavailable, reading
from sync.district.store.known_kiosks import known_kiosks
from sync.district.store.organisation import organisation
from sync.district.store.outbox import OutboxState, state
from sync.district.times import local_day


class KioskMetrics(Collector):
    """What the metrics are made from, at one moment."""

    def __init__(
        self, kiosks: Sequence[KioskLine], alerts: Sequence[Alert], opening: OpeningLine, outbox: OutboxState
    ) -> None:
        self.kiosks, self.alerts, self.opening, self.outbox = kiosks, alerts, opening, outbox

    def collect(self) -> Iterable[Metric]:
        """As prometheus_client asks for it."""
        states = Counter(line.state for line in self.kiosks)
        yield _family("kiosks", "Kiosks by state", ("state",), [((each,), states[each]) for each in KioskState])
        troubles = [((line.device_id, line.unit_id, kind), 1) for line in self.kiosks for kind in line.troubles]
        yield _family("kiosk_trouble", "What is wrong with a kiosk", ("device_id", "unit_id", "kind"), troubles)
        kinds = Counter((each.cause.kind, _yes(each.taken_on_by is not None)) for each in self.alerts)
        counted = [((kind, taken), kinds[kind, taken]) for kind in Trouble for taken in ("no", "yes")]
        yield _family("alerts", "Alerts that have not ended", ("kind", "taken_on"), counted)
        counts = {
            "opening_waiting_batches": ("Batches that wait to be opened, at most", self.opening.waiting),
            "opening_lag_seconds": ("Since when the oldest waits, in full hours", self.opening.lag.total_seconds()),
            "unopened_entries": ("Entries that could not be opened", self.opening.unopened),
            "refused_entries": ("Entries that were refused", self.opening.refused),
            "messages_waiting": ("Mails and webhooks that wait", self.outbox.waiting),
            "messages_given_up": ("Mails and webhooks that could not be sent", self.outbox.given_up),
        }
        yield from (_family(name, says, (), [((), value)]) for name, (says, value) in counts.items())


def metrics_router(services: Services) -> APIRouter:
    """The route; without a token in the settings there is none behind it."""
    router = APIRouter()
    kept: dict[datetime, bytes] = {}

    def metrics(request: Request) -> Response:
        token = services.settings.metrics_token
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not token:
            return Response(status_code=404)
        if not hmac.compare_digest(given.encode(), token.encode()):
            return Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
        hour = full_hour(services.now())
        text = kept.get(hour)
        if text is None:
            try:
                with reading(services.engine) as connection:
                    text = _text(connection, services)
            except StoreUnavailable:
                return Response(status_code=503)
            kept.clear()
            kept[hour] = text
        return Response(text, media_type=CONTENT_TYPE_PLAIN_0_0_4)

    router.add_api_route("/metrics", metrics, methods=["GET"], include_in_schema=False)
    return router


def _text(connection: Connection, services: Services) -> bytes:
    now = services.now()
    known = known_kiosks(connection, local_day(now))
    collected = KioskMetrics(
        kiosk_lines(organisation(connection), known, None, now),
        raised_alerts(connection, now),
        coarse_opening(figures.opening(connection), now),
        state(connection, now),
    )
    registry = CollectorRegistry()
    registry.register(collected)
    return generate_latest(registry)


def _family(
    name: str, says: str, labels: Sequence[str], values: Iterable[tuple[tuple[str, ...], float]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"lang_nghe_{name}", says, labels=labels)
    for given, value in values:
        family.add_metric([str(each) for each in given], value)
    return family


def _yes(value: bool) -> str:
    return "yes" if value else "no"
