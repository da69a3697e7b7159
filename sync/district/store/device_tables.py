"""What was done with devices, what settings they were sent, and where the district is to be found. Nobody rewrites
any."""

from sqlalchemy import JSON, Column, Integer, LargeBinary, String, Table, Text

from sync.district.store.metadata import PositionType, UtcDateTime, metadata

device_changes = Table(  # how a device came, where it stood before a move, when it heard of it, and how its use ended
    "device_changes",
    metadata,
    Column("change_id", PositionType, primary_key=True, autoincrement=True),
    Column("device_id", String(64), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", String(16), nullable=False),  # enrolled | moved | known | retired | replaced
    Column("unit_id", String(64), nullable=False),  # where it stood until then; of one enrolled, from then on
    Column("counter_id", String(64)),
    Column("other_device", String(64)),  # the one that took its place
    Column("person", String(64), nullable=False),  # empty: the device itself
    Column("why", Text, nullable=False),
)

district_addresses = Table(  # where kiosks are to find this district, as announced; the newest holds
    "district_addresses",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("url", Text, nullable=False),
    Column("authorities", Text, nullable=False),  # PEM; empty: those a kiosk trusts already
    Column("signature", LargeBinary(64), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
)

settings_events = Table(  # settings sent to kiosks: each order, and each step that one took
    "settings_events",
    metadata,
    Column("number", PositionType, primary_key=True, autoincrement=False),
    Column("order_number", PositionType, nullable=False),  # of the event that made the order
    Column("stage", String(16), nullable=False),  # first | everywhere | withdrawn
    Column("at", UtcDateTime, nullable=False),
    Column("person", String(64), nullable=False),  # empty: the district itself
    Column("why", Text, nullable=False),
    Column("reach", String(16), nullable=False),  # all | tree | unit | kiosk; empty for a step
    Column("target", String(64), nullable=False),
    Column("content", JSON, nullable=False),  # the values by key
    Column("first_kiosks", JSON, nullable=False),
)

DEVICE_FACTS = ("device_changes", "district_addresses", "settings_events")
