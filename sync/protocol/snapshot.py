"""Reference data on the wire: pages of rows changed since a cursor, applied by a kiosk all at once.

A page is ``{"v", "generated_at", "cursor", "more", "full", "rows": {table: [row, …]}}``. ``cursor`` is opaque: send
it back as ``since``. ``more`` says that another page follows. ``full`` says that the pages from here on are everything
(the box drops what it had when it applies them). A row is an object without its null fields; ``removed`` marks one
that is gone. The tables and their fields are those of ``kiosk.domain.reference``.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, TypeVar

from msgspec import NODEFAULT, Struct, field, to_builtins
from msgspec.structs import asdict, fields

from kiosk.domain.reference import KINDS
from kiosk.domain.reference_fields import ReferenceField, fields_of
from sync.protocol.fields import Code, Count, CountOrNone, Malformed, Object, Octets, PublicKey, Text, read
from sync.protocol.message import VERSION, check_version

Part = TypeVar("Part", bound=Struct)


class Change(Struct, frozen=True):
    """A row as it now is, or, with ``removed``, the last known row of something that is gone."""

    row: Struct
    removed: bool = False


class SealingKey(Struct, frozen=True):
    """The key (32 bytes, X25519) to which boxes seal from now on, the district's ``number``-th; signed with its receipt
    key. A box takes it only when the signature holds and the number is higher than that of the one it has."""

    number: Count
    public_key: PublicKey
    signature: Octets


class Placement(Struct, frozen=True):
    """Where the device stands after its ``moves``-th move (from 1), signed with the district's receipt key. A box takes
    it only when the signature holds and the number is higher than that of the move it knows."""

    moves: Count
    unit_id: Code
    signature: Octets
    counter_id: Code | None = None


class DistrictAddress(Struct, frozen=True):
    """The district's ``number``-th address (from 1), signed with its receipt key; ``authorities`` are those that vouch
    for it there (PEM), empty: those the box trusts already. A box goes over to it once the district answers there."""

    number: Count
    url: Text
    signature: Octets
    authorities: Text = ""


class KioskSettings(Struct, frozen=True):
    """Which settings the device is to use instead of its own file's, by their keys there; signed with the district's
    receipt key. ``number`` only rises. A box takes them when the signature holds, the number is no lower than that of
    those it has, and each value is one that its own file might have (``kiosk.domain.district_settings``)."""

    number: Count
    values: Object
    signature: Octets


class SoftwareOffer(Struct, frozen=True):
    """Which release of the software kiosks may take, and how many of them: those whose place in its roll-out is below
    ``share`` (``sync.protocol.software_release``); none when it is stopped (0). Signed with the district's receipt key;
    ``number`` only rises. What the release is, its own manifest says, which the district cannot sign."""

    number: Count
    version: Text
    share: CountOrNone
    signature: Octets


class SnapshotPage(Struct, frozen=True):
    """One page. ``generated_at`` is RFC 3339 UTC. ``roll_key``: the district wants the box to roll its device key.
    ``placement``: where the box stands, once it was moved; ``address``: where the district is, once that was announced.
    ``settings``: which settings the box is to use, once the district has ever said so. ``offer``: which release of the
    software it may take, once there ever was one.
    ``retired``: the district has taken the box out of use; what it still sends is kept and counted.
    ``revision``: the newest revision of the reference data that the run of pages leads to; a district that does not say
    leaves it out."""

    generated_at: str
    cursor: str
    more: bool
    full: bool
    changes: tuple[Change, ...] = field(default=())
    sealing_key: SealingKey | None = None
    roll_key: bool = False
    revision: int | None = None
    placement: Placement | None = None
    address: DistrictAddress | None = None
    retired: bool = False
    settings: KioskSettings | None = None
    offer: SoftwareOffer | None = None


def encode_page(page: SnapshotPage) -> dict[str, Any]:
    """The response body as JSON values."""
    names = {kind.row: name for name, kind in KINDS.items()}
    rows: dict[str, list[dict[str, Any]]] = {}
    for change in page.changes:
        defaults = _defaults(type(change.row))
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
        encoded["sealing_key"] = to_builtins(page.sealing_key)
    if page.roll_key:
        encoded["roll_key"] = True
    if page.revision is not None:
        encoded["revision"] = page.revision
    if page.placement:
        encoded["placement"] = to_builtins(page.placement)
    if page.address:
        encoded["address"] = to_builtins(page.address)
    if page.settings:
        encoded["settings"] = to_builtins(page.settings)
    if page.offer:
        encoded["offer"] = to_builtins(page.offer)
    if page.retired:
        encoded["retired"] = True
    return encoded


@cache
def _defaults(kind: type[Struct]) -> Mapping[str, object]:
    """What each field is when it is left out; looking that up costs more than a whole row."""
    return {item.name: _default(item) for item in fields(kind)}


def decode_page(data: object) -> SnapshotPage:
    """Reads a parsed page. Tables and fields this version does not know are passed over. Raises ``Malformed``."""
    if not isinstance(data, dict):
        raise Malformed("the snapshot is not an object")
    check_version(data)
    rows = data.get("rows")
    if not isinstance(rows, dict) or not all(isinstance(table, list) for table in rows.values()):
        raise Malformed("rows: not an object of lists")
    changes = [_change(kind.row, name, values) for name, kind in KINDS.items() for values in rows.get(name, ())]
    if not all(isinstance(data.get(name), str) for name in ("generated_at", "cursor")):
        raise Malformed("generated_at, cursor: not text")
    return SnapshotPage(
        generated_at=data["generated_at"],
        cursor=data["cursor"],
        more=data.get("more") is True,
        full=data.get("full") is True,
        changes=tuple(changes),
        sealing_key=_part(SealingKey, data, "sealing_key"),
        roll_key=data.get("roll_key") is True,
        revision=_revision(data.get("revision")),
        placement=_part(Placement, data, "placement"),
        address=_part(DistrictAddress, data, "address"),
        retired=data.get("retired") is True,
        settings=_part(KioskSettings, data, "settings"),
        offer=_part(SoftwareOffer, data, "offer"),
    )


def _revision(value: object) -> int | None:
    if value is not None and (type(value) is not int or not 0 <= value < 2**53):
        raise Malformed("revision: not a count")
    return value


def _part(kind: type[Part], page: dict[str, Any], name: str) -> Part | None:
    """A part of the page that may be absent."""
    data = page.get(name)
    if data is None:
        return None
    if not isinstance(data, dict):
        raise Malformed(f"{name}: not an object")
    return read(kind, data)


def _change(kind: type[Struct], table: str, values: object) -> Change:
    if not isinstance(values, dict):
        raise Malformed(f"{table}: a row is not an object")
    known = {
        field.name: _value(field, values[field.name], f"{table}.{field.name}")
        for field in fields_of(kind)
        if field.name in values
    }
    try:
        return Change(kind(**known), removed=values.get("removed") is True)
    except TypeError as error:
        raise Malformed(f"{table}: a row lacks a field ({error})") from error


def _value(field: ReferenceField, value: object, name: str) -> object:
    if field.type is date:
        try:
            return date.fromisoformat(str(value))
        except ValueError as error:
            raise Malformed(f"{name}: not a date") from error
    if type(value) is not field.type:
        raise Malformed(f"{name}: not {field.type.__name__}")
    return value


def _default(item: Any) -> object:
    return item.default if item.default_factory is NODEFAULT else item.default_factory()


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
