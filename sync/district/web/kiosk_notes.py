"""What a kiosk noted of itself, in words of a language. Pure."""

from sync.district.domain.device_change import ChangeKind, DeviceChange
from sync.district.domain.kiosk_history import KioskFact, Place, note_of
from sync.district.texts import Texts

DEVICES = ("screen", "touch", "card", "printer", "scanner", "picture", "display", "microphone", "sound")


def note_words(fact: KioskFact, texts: Texts) -> str:
    """One line."""
    note = note_of(fact)
    values: dict[str, object] = dict(note.values)
    device = str(values.get("device", ""))
    if "device" in values:
        values["device"] = (
            texts(f"kiosk_device.{device}") if device in DEVICES else device or texts("kiosk_device.some")
        )
    for name, place in zip(("before", "now"), note.places, strict=False):
        values[name] = _place(place, texts)
    words = texts(f"kiosk_note.{note.word}", **values)
    if note.lasted_min is not None:
        words = texts("kiosk_note.lasted", words=words, minutes=note.lasted_min)
    if note.reason:
        words = texts("kiosk_note.because", words=words, reason=_reason(device, note.reason, texts))
    return words


def change_words(change: DeviceChange, texts: Texts) -> str:
    """One line of what people did with the kiosk, but for when."""
    before = _place(Place(change.unit_id, change.counter_id or ""), texts)
    values = {"before": before, "other": change.other_device or "", "person": change.person, "why": change.why}
    return texts(f"kiosk_change.{_change_word(change)}", **values)


def _change_word(change: DeviceChange) -> str:
    """Codes of earlier releases do not always say who made them."""
    if change.kind is not ChangeKind.ENROLLED:
        return str(change.kind)
    return "enrolled_for" if change.other_device else "enrolled" if change.person else "enrolled_unknown"


def _reason(device: str, reason: str, texts: Texts) -> str:
    """The reason in words, else the kiosk's own word."""
    known = (f"health.{device}.{reason}", f"kiosk_reason.{reason}")
    found = next((texts.entries[key] for key in known if key in texts.entries), reason)
    return reason if "{" in found else found


def _place(place: Place, texts: Texts) -> str:
    word = "unit" if not place.counter_id else "counter_of" if place.of_unit else "counter"
    return texts(f"kiosk_place.{word}", unit=place.unit_id, counter=place.counter_id, of_unit=place.of_unit)
