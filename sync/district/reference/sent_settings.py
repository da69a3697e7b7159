"""The settings that a kiosk is sent with its snapshot."""

from nacl.signing import SigningKey

from sync.district.domain.settings_order import in_force
from sync.district.store import settings_orders as store
from sync.district.store.devices import Device
from sync.district.store.engine import Connection
from sync.protocol.chain import sign_settings
from sync.protocol.snapshot import KioskSettings


def settings_for(connection: Connection, device: Device, key: SigningKey) -> KioskSettings | None:
    """What a kiosk is to use now, signed; ``None`` before the first order of this district. Its number rises with every
    event and every move of the kiosk, since either may change what holds for it."""
    newest = store.newest_event(connection)
    if not newest:
        return None
    holding = in_force(store.all_orders(connection), device.device_id, store.unit_path(connection, device.unit_id))
    values = {name: each.value for name, each in sorted(holding.items())}
    number = newest + device.moves
    return KioskSettings(number, values, sign_settings(device.device_id, number, values, key))
