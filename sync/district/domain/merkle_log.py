"""The public log: a list that only grows, of hashes that give away nothing, with one root over all of it. Pure.

Its leaves are statements: where a kiosk's ledger stood at the end of a day, in the very words the kiosk signs; what
stands in clear around its entries, before anything can be taken out of them; an entry whose sealed form was erased; the
hash of a closed period; the hash of a month of open data. Only the leaves' hashes are published. A statement about a
ledger holds a hash nobody can guess, so that a leaf tells nothing to whoever does not hold the statement already. The
log grows by whole tiles, with fillers.

Merkle tree hashing after RFC 6962 section 2.1; tiles of 256 hashes after C2SP tlog-tiles.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from hashlib import sha256

from msgspec import Struct

from sync.protocol.chain import Envelope, Head, closed_period_statement, day_statement, position_of
from sync.protocol.seal import canonical

TILE = 256
"""So many hashes stand in a full tile."""

_NAME = re.compile(r"([0-5])/((?:x\d{3}/){0,4}\d{3})(?:\.p/([1-9]\d{0,2}))?")


class LeafKind(StrEnum):
    """What a leaf is about."""

    DAY = "day"
    ENVELOPES = "envelopes"
    ERASED = "erased"
    CLOSING = "closing"
    FILE = "file"
    FILLER = "filler"


class Leaf(Struct, frozen=True):
    """A leaf as the district keeps it: its hash, and what it is about. Of a kiosk's ledger where it stood at the end of
    which day (YYYY-MM-DD), the last entry of a run, or an erased one; ``name``: of a closing its number, of a file its
    path."""

    hash: bytes
    kind: LeafKind
    device_id: str | None = None
    epoch: int | None = None
    seq: int | None = None
    day: str | None = None
    name: str | None = None

    @classmethod
    def of_day(cls, day: str, head: Head) -> "Leaf":
        """A kiosk's ledger at the end of a day."""
        return cls(day_leaf(day, head), LeafKind.DAY, head.device_id, head.epoch, head.seq, day)

    @classmethod
    def of_envelopes(cls, device_id: str, epoch: int, first_seq: int, seq: int, digest: bytes) -> "Leaf":
        """The entries of an epoch from one position to another, by the SHA-256 of what stands in clear around them."""
        run = {"device_id": device_id, "epoch": epoch, "first_seq": first_seq, "seq": seq, "sha256": digest.hex()}
        return cls(leaf_hash(canonical({"envelopes": run})), LeafKind.ENVELOPES, device_id, epoch, seq)

    @classmethod
    def of_erased(cls, head: Head, envelope: Envelope) -> "Leaf":
        """An entry whose sealed form was taken away: its place, its hash, and what stands in clear around it."""
        statement = canonical({"erased": position_of(head) | {"envelope": clear_of(envelope)}})
        return cls(leaf_hash(statement), LeafKind.ERASED, head.device_id, head.epoch, head.seq)

    @classmethod
    def of_closing(cls, number: int, digest: bytes) -> "Leaf":
        """A closed period."""
        return cls(leaf_hash(closed_period_statement(digest)), LeafKind.CLOSING, name=str(number))

    @classmethod
    def of_file(cls, path: str, digest: bytes) -> "Leaf":
        """A published file: the path of its address, and the SHA-256 of its bytes."""
        statement = canonical({"file": {"path": path, "sha256": digest.hex()}})
        return cls(leaf_hash(statement), LeafKind.FILE, name=path)


def filled(leaves: Sequence[Leaf], random: Callable[[int], bytes]) -> list[Leaf]:
    """What the log grows by: the leaves and as many fillers as make whole tiles, at least one, in the order of their
    hashes. How much a district received in a day, or whether anything, is not to be read from the log: where one kiosk
    stands and one citizen came, it would tell that they rated."""
    missing = -len(leaves) % TILE or (0 if leaves else TILE)
    fillers = [Leaf(leaf_hash(random(32)), LeafKind.FILLER) for _ in range(missing)]
    return sorted([*leaves, *fillers], key=lambda leaf: leaf.hash)


def clear_of(envelope: Envelope) -> dict[str, str]:
    """What stands in clear around an entry, whatever was sealed in it."""
    return {"day": envelope.day, "entry_id": envelope.entry_id, "key_id": envelope.key_id, "type": envelope.type}


def day_leaf(day: str, head: Head) -> bytes:
    """The leaf for a kiosk's ledger at the end of a day (YYYY-MM-DD by the kiosk's clock)."""
    return leaf_hash(day_statement(day, head))


def leaf_hash(statement: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\x00" + statement).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees beside each other."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over hashes of leaves, in order."""
    return Peaks().grown(leaves).root


class Peaks(Struct, frozen=True):
    """The roots of the full subtrees that a tree of ``size`` leaves consists of, the largest first: all it needs to
    grow."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def grown(self, leaves: Iterable[bytes]) -> "Peaks":
        """The same with more leaves behind."""
        size, peaks = self.size, list(self.hashes)
        for leaf in leaves:
            full, node = size, leaf
            while full & 1:
                node = node_hash(peaks.pop(), node)
                full >>= 1
            peaks.append(node)
            size += 1
        return Peaks(size, tuple(peaks))

    @property
    def root(self) -> bytes:
        """The root of the whole tree; of the empty one the hash of nothing."""
        if not self.hashes:
            return sha256().digest()
        node = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            node = node_hash(left, node)
        return node


class TileName(Struct, frozen=True):
    """A tile: its level, its number there, and how many hashes stand in it (256 in a full one)."""

    level: int
    number: int
    width: int = TILE

    @classmethod
    def parse(cls, text: str) -> "TileName":
        """From ``0/x001/234`` or ``0/x001/234.p/17``. Raises ``ValueError``."""
        found = _NAME.fullmatch(text)
        if found is None:
            raise ValueError(f"{text} names no tile")
        level, thousands, width = found.groups()
        named = cls(int(level), int(re.sub(r"\D", "", thousands)), int(width or TILE))
        if named.path != text or named.width > TILE:
            raise ValueError(f"{text} names no tile")
        return named

    @property
    def path(self) -> str:
        """As it stands in an address."""
        thousands = [f"{self.number % 1000:03}"]
        rest = self.number // 1000
        while rest:
            thousands.insert(0, f"x{rest % 1000:03}")
            rest //= 1000
        partial = "" if self.width == TILE else f".p/{self.width}"
        return "/".join([str(self.level), *thousands]) + partial

    def leaves(self) -> range:
        """The leaves whose hashes it holds, or is made from."""
        below = TILE**self.level
        first = self.number * TILE * below
        return range(first, first + self.width * below)

    def made_from(self, leaves: Sequence[bytes]) -> bytes:
        """Its content, from the hashes of ``self.leaves()``."""
        below = TILE**self.level
        return b"".join(root_of(leaves[at : at + below]) for at in range(0, len(leaves), below))
