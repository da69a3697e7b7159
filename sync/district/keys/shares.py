"""Split the district's private keys into words on sheets of paper: any few of them restore the keys, fewer tell
nothing.

Shamir's secret sharing as of SLIP-0039 (https://github.com/satoshilabs/slips/blob/master/slip-0039.md): words that
differ in their first four letters, with a checksum, so that what is typed by hand arrives. The secret is the receipt
key's 32 bytes, then each sealing key's, that of ``district init`` first.
"""

import itertools
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from nacl.public import PrivateKey
from nacl.signing import SigningKey
from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics

from sync.district.keys.files import (
    RECEIPT_KEY,
    RECEIPT_PUBLIC,
    SEALING_KEY,
    SEALING_PUBLIC,
    load_receipt_key,
    load_sealing_keys,
    make_keys,
    restore_secret,
)
from sync.protocol.seal import key_id

KEY_BYTES = 32


class WrongShares(Exception):
    """The sheets give no keys. The message says what is the matter with them."""


class Bundle(Struct, frozen=True):
    """Every private key of a district."""

    receipt: bytes
    sealing: tuple[bytes, ...]

    @classmethod
    def load(cls, data: Path) -> "Bundle":
        """Reads every private key. Raises ``KeysMissing``."""
        return cls(bytes(load_receipt_key(data)), tuple(bytes(key) for key in load_sealing_keys(data).values()))

    def key_ids(self) -> list[str]:
        """The sealing keys' names, that of ``district init`` first."""
        return [key_id(bytes(PrivateKey(key).public_key)) for key in self.sealing]


def split(bundle: Bundle, needed: int, sheets: int) -> list[str]:
    """The words of each sheet; any ``needed`` of them give the keys back."""
    secret = bundle.receipt + b"".join(bundle.sealing)
    (words,) = generate_mnemonics(1, [(needed, sheets)], secret)
    return list(words)


def join(sheets: Sequence[str]) -> Bundle:
    """The keys from the words of enough sheets. Case and white space do not matter. Raises ``WrongShares``.

    One sheet too many is no mistake: as many as are needed are tried together.
    """
    texts = list(dict.fromkeys(" ".join(sheet.lower().split()) for sheet in sheets))
    trouble: Exception = MnemonicError("no sheet was given")
    for count in range(1, len(texts) + 1):
        for some in itertools.combinations(texts, count):
            try:
                secret = combine_mnemonics(some)
            except (MnemonicError, ValueError) as error:
                trouble = error
                continue
            if len(secret) % KEY_BYTES or len(secret) < 2 * KEY_BYTES:
                raise WrongShares("these sheets hold something else than a district's keys")
            keys = [secret[at : at + KEY_BYTES] for at in range(0, len(secret), KEY_BYTES)]
            return Bundle(keys[0], tuple(keys[1:]))
    raise WrongShares(f"{trouble}".rstrip("."))


def restore(bundle: Bundle, data: Path) -> None:
    """Puts the keys back as files. A key that is there and differs is never replaced: raises ``WrongShares``."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    first, *later = bundle.sealing
    names = [(RECEIPT_KEY, bundle.receipt), (SEALING_KEY, first)]
    names += [(f"sealing-{name}.key", key) for name, key in zip(bundle.key_ids()[1:], later, strict=True)]
    _refuse_others(bundle, data, names)
    for name, key in names:
        restore_secret(data / name, key)
    make_keys(data)


def _refuse_others(bundle: Bundle, data: Path, names: Sequence[tuple[str, bytes]]) -> None:
    for name, key in names:
        if (data / name).exists() and (data / name).read_bytes() != key:
            raise WrongShares(f"{data / name} is another key than the sheets'; move it away first")
    halves = {
        SEALING_PUBLIC: bytes(PrivateKey(bundle.sealing[0]).public_key),
        RECEIPT_PUBLIC: bytes(SigningKey(bundle.receipt).verify_key),
    }
    for name, public_key in halves.items():
        if (data / name).exists() and (data / name).read_bytes() != public_key:
            raise WrongShares(f"the sheets are another district's: {data / name} does not belong to them")
