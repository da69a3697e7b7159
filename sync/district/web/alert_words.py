"""Alerts in words of a language, for pages, mails and commands. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from sync.district.measures.alerts import Alert, Cause, News
from sync.district.measures.kiosks import KioskRow, Trouble
from sync.district.measures.organisation import Organisation
from sync.district.texts import Texts
from sync.district.web.formats import day_and_clock


class AlertPlace(Struct, frozen=True):
    """The names of what an alert is about; ``counter`` is empty for a kiosk of the whole unit."""

    unit: str
    counter: str = ""


AlertPlaces = Mapping[Cause, AlertPlace]


def places_of(organisation: Organisation, rows: Sequence[KioskRow], causes: Iterable[Cause]) -> dict[Cause, AlertPlace]:
    """The names of the places of causes."""
    units = {unit.unit_id: unit.name for unit in organisation.newest_units()}
    counters = {counter.counter_id: counter.name for counter in organisation.newest_counters()}
    stands = {row.device_id: row.counter_id or "" for row in rows}
    return {
        cause: AlertPlace(
            units.get(cause.unit_id, cause.unit_id), counters.get(at := stands.get(cause.device_id, ""), at)
        )
        for cause in causes
    }


def what(alert: Alert, places: AlertPlaces, texts: Texts) -> str:
    """What is wrong, and where."""
    place = places[alert.cause]
    counter = place.counter or texts("alerts.whole_unit")
    one = texts("alerts.one_kiosk", counter=counter, unit=place.unit)
    return texts(f"alerts.what.{_word(alert.cause)}", n=alert.kiosks, unit=place.unit, place=one)


def advice(alert: Alert, texts: Texts) -> str:
    """What to do first."""
    return texts(f"alerts.do.{_word(alert.cause)}")


def news_words(alert: Alert, news: News, places: AlertPlaces, texts: Texts) -> str:
    """One sentence that tells what is new."""
    named = {"what": what(alert, places, texts), "since": day_and_clock(alert.first_seen_at)}
    if news is News.REMINDED and alert.taken_on_by:
        return texts("alerts.reminded_taken", person=alert.taken_on_by, **named)
    keys = {News.RAISED: "alerts.raised", News.REMINDED: "alerts.reminded", News.ENDED: "alerts.over"}
    return texts(keys[news], **named)


def _word(cause: Cause) -> str:
    if cause.kind is not Trouble.SILENT or cause.device_id:
        return str(cause.kind)
    return "silent_unit" if cause.unit_id else "silent_all"
