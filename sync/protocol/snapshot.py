"""Reference data on the wire: pages of rows changed since a cursor, which a box applies all at once.

A page is ``{"v", "generated_at", "cursor", "more", "full", "rows": {table: [row, …]}}``. ``cursor`` is opaque: send
it back as ``since``. ``more`` says that another page follows. ``full`` says that the pages from here on are everything
(the box drops what it had when it applies them). A row is an object without its null fields; ``removed`` marks one
that is gone. The tables and their fields are those of ``kiosk.domain.reference``, and below.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any

from kiosk.domain.reference import Counter, Dossier, Notice, Officer, OpeningHours, Procedure, Reception, Unit, Wording
from sync.protocol.batch import VERSION, check_version
from sync.protocol.fields import Malformed, b64, bytes_of, count_of, key_of


@dataclass(frozen=True, slots=True)
class QuestionnaireRow:
    """A questionnaire as parsed by ``kiosk.domain.questionnaire.questionnaire_from``."""

    questionnaire_id: str
    version: int
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CounterPin:
    """The Argon2id hash (libsodium ``crypto_pwhash_str``) of the PIN with which a counter's staff see its tallies."""

    counter_id: str
    pin_hash: str


@dataclass(frozen=True, slots=True)
class Portrait:
    """The picture of an officer of the asking box's own unit: a small square JPEG, and the district's signature over it
    (``sync.protocol.chain.sign_portrait``), both as base64 text. A box shows none that is not signed."""

    officer_number: str
    picture: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class TallyRow:
    """The district's released count of one answer at one counter on one finished day: whole groups of ratings of at
    least five dossiers, each counted on its last day."""

    day: date
    counter_id: str
    question_id: str
    answer: str
    n: int


@dataclass(frozen=True, slots=True)
class HolidayList:
    """One year's holidays and exchanged days, as read by ``kiosk.domain.calendar.holidays_from``."""

    year: int
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ComplaintAnswer:
    """How one complaint stands, closed so that only its receipt number opens it (``sync.protocol.receipt_lookup``).

    ``closed`` is base64 text of ``close({"state", "office", "received_on", "due_on", "answered_on", "answer",
    "as_of"})``: ``state`` as in ``kiosk.domain.complaint.State``, dates ``YYYY-MM-DD`` or null, ``answer`` what the
    citizen reads, empty before there is one.
    """

    lookup_id: str
    closed: str


@dataclass(frozen=True, slots=True)
class ThisBox:
    """What the district says to the asking device alone: the number its receipts begin with (10000–99999, no other
    device's), and the address of the public page that a receipt's QR code opens, empty while there is none."""

    device_id: str
    box_number: int
    public_url: str = ""


Row = (
    Unit
    | Counter
    | Officer
    | Portrait
    | Procedure
    | Dossier
    | QuestionnaireRow
    | CounterPin
    | Notice
    | OpeningHours
    | HolidayList
    | TallyRow
    | Reception
    | Wording
    | ComplaintAnswer
    | ThisBox
)

TABLES: Mapping[str, type[Any]] = {
    "units": Unit,
    "counters": Counter,
    "officers": Officer,
    "portraits": Portrait,
    "procedures": Procedure,
    "dossiers": Dossier,
    "questionnaires": QuestionnaireRow,
    "counter_pins": CounterPin,
    "notices": Notice,
    "opening_hours": OpeningHours,
    "holidays": HolidayList,
    "tallies": TallyRow,
    "receptions": Reception,
    "wordings": Wording,
    "complaint_answers": ComplaintAnswer,
    "this_box": ThisBox,
}


@dataclass(frozen=True, slots=True)
class Change:
    """A row as it now is, or, with ``removed``, the last known row of something that is gone."""

    row: Row
    removed: bool = False


@dataclass(frozen=True, slots=True)
class SealingKey:
    """The key (32 bytes, X25519) to which boxes seal from now on, the district's ``number``-th; signed with its receipt
    key. A box takes it only when the signature holds and the number is higher than that of the one it has."""

    number: int
    public_key: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """One page. ``generated_at`` is RFC 3339 UTC. ``roll_key``: the district wants the box to roll its device key."""

    generated_at: str
    cursor: str
    more: bool
    full: bool
    changes: tuple[Change, ...] = field(default=())
    sealing_key: SealingKey | None = None
    roll_key: bool = False


def encode_page(page: Page) -> dict[str, Any]:
    """The response body as JSON values."""
    names = {kind: name for name, kind in TABLES.items()}
    rows: dict[str, list[dict[str, Any]]] = {}
    for change in page.changes:
        defaults = {item.name: item.default for item in fields(change.row)}
        values = {key: _plain(value) for key, value in asdict(change.row).items() if value != defaults[key]}
        if change.removed:
            values["removed"] = True
        rows.setdefault(names[type(change.row)], []).append(values)
    encoded: dict[str, Any] = {
        "v": VERSION,
        "generated_at": page.generated_at,
        "cursor": page.cursor,
        "more": page.more,
        "full": page.full,
        "rows": rows,
    }
    if page.sealing_key:
        encoded["sealing_key"] = {
            "number": page.sealing_key.number,
            "public_key": b64(page.sealing_key.public_key),
            "signature": b64(page.sealing_key.signature),
        }
    if page.roll_key:
        encoded["roll_key"] = True
    return encoded


def decode_page(data: object) -> Page:
    """Reads a parsed page. Tables and fields this version does not know are passed over. Raises ``Malformed``."""
    if not isinstance(data, dict):
        raise Malformed("the snapshot is not an object")
    check_version(data)
    rows = data.get("rows")
    if not isinstance(rows, dict) or not all(isinstance(table, list) for table in rows.values()):
        raise Malformed("rows: not an object of lists")
    changes = [_change(TABLES[name], name, values) for name in TABLES if name in rows for values in rows[name]]
    if not all(isinstance(data.get(name), str) for name in ("generated_at", "cursor")):
        raise Malformed("generated_at, cursor: not text")
    return Page(
        generated_at=data["generated_at"],
        cursor=data["cursor"],
        more=data.get("more") is True,
        full=data.get("full") is True,
        changes=tuple(changes),
        sealing_key=_sealing_key(data["sealing_key"]) if data.get("sealing_key") is not None else None,
        roll_key=data.get("roll_key") is True,
    )


def _sealing_key(data: object) -> SealingKey:
    if not isinstance(data, dict):
        raise Malformed("sealing_key: not an object")
    signature = bytes_of(data.get("signature"), "signature")
    return SealingKey(count_of(data, "number", 1), key_of(data, "public_key"), signature)


def _change(kind: type[Any], table: str, values: object) -> Change:
    if not isinstance(values, dict):
        raise Malformed(f"{table}: a row is not an object")
    known = {}
    for item in fields(kind):
        if item.name in values:
            known[item.name] = _value(item.type, values[item.name], f"{table}.{item.name}")
    try:
        return Change(kind(**known), removed=values.get("removed") is True)
    except TypeError as error:
        raise Malformed(f"{table}: a row lacks a field ({error})") from error


def _value(kind: Any, value: object, name: str) -> object:
    wanted = str(kind)
    if "date" in wanted:
        try:
            return date.fromisoformat(str(value))
        except ValueError as error:
            raise Malformed(f"{name}: not a date") from error
    expected: type[Any] = dict if "dict" in wanted else int if "int" in wanted else str
    if type(value) is not expected:
        raise Malformed(f"{name}: not {expected.__name__}")
    return value


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
