"""Where kiosks are to find this district, as it announced. Empty until it moves for the first time."""

from datetime import datetime

from sqlalchemy import insert, select

from sync.district.store.device_tables import district_addresses
from sync.district.store.engine import Connection
from sync.protocol.snapshot import DistrictAddress

_A = district_addresses.c
_NEWEST = select(_A.number, _A.url, _A.signature, _A.authorities).order_by(_A.number.desc()).limit(1)


def newest_address(connection: Connection) -> DistrictAddress | None:
    """The address every kiosk is to use; ``None`` while each uses the one it was enrolled with."""
    row = connection.execute(_NEWEST).first()
    return None if row is None else DistrictAddress(*row)


def add_address(connection: Connection, address: DistrictAddress, at: datetime) -> None:
    """Announces an address."""
    values = {name: getattr(address, name) for name in DistrictAddress.__struct_fields__}
    connection.execute(insert(district_addresses).values(made_at=at, **values))
