"""Rotate device keys: the old key signs the new one, so that a device's line of keys stays provable."""

from collections.abc import Iterable

from sync.district.services import Services
from sync.district.store import devices as store
from sync.district.store.devices import FormerKey
from sync.district.store.engine import writing
from sync.protocol.chain import key_rotation_is_signed
from sync.protocol.key_rotation import KeyRotation


class RotationRefused(Exception):
    """The key does not give way to this one. The word says why: ``unsigned``, ``unknown-device``, ``revoked``."""


def rotate(services: Services, rotation: KeyRotation) -> None:
    """Puts a device's next key in force. The same succession may come again. Raises ``RotationRefused``."""
    with writing(services.engine) as connection:
        if store.device(connection, rotation.device_id) is None:
            raise RotationRefused("unknown-device")
        device = store.lock_device(connection, rotation.device_id)
        if device.state == store.REVOKED:
            raise RotationRefused("revoked")
        if not rotation.is_proved():
            raise RotationRefused("unsigned")
        token_hash = store.token_hash_of(connection, device.device_id)
        if (device.public_key, token_hash) == (rotation.public_key, rotation.token_hash):
            return
        used = {former.public_key for former in store.former_keys(connection, device.device_id)}
        if rotation.public_key in used | {device.public_key} or not rotation.is_signed_by(device.public_key):
            raise RotationRefused("unsigned")
        former = FormerKey(
            device_id=device.device_id,
            public_key=device.public_key,
            until=services.now(),
            next_key=rotation.public_key,
            token_hash=rotation.token_hash,
            signature=rotation.signature,
            proof=rotation.proof,
        )
        store.succeed(connection, former)


def unproved(keys: Iterable[FormerKey], in_force: bytes) -> FormerKey | None:
    """The first of a device's former keys, oldest first, that did not sign for its successor; ``None`` when the line
    leads to the key in force."""
    line = list(keys)
    for number, former in enumerate(line):
        successor = line[number + 1].public_key if number + 1 < len(line) else in_force
        signed = key_rotation_is_signed(
            former.device_id, former.next_key, former.token_hash, former.signature, former.public_key
        )
        if former.next_key != successor or not signed:
            return former
    return None
