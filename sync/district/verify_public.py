#!/usr/bin/env python3
"""Check a district's public log from outside: one file, nothing of ours is needed beside it.

    python3 verify_public.py https://DISTRICT --key KEY --kept FILE [--head LN1:...] [--month 2026-10] [--seal SEAL]

It needs Python 3.9 or newer and PyNaCl (``apt install python3-nacl``). It fetches the newest checkpoint, checks who
signed it, makes the root anew from every published hash, and checks that the log has only grown since the checkpoint
kept in FILE; then FILE holds the newest. FILE may be one that was downloaded from the page. Who runs it every day sees
whatever is taken back or changed of what was published. The hashes of a kiosk's days bind every entry up to there: with
``--head`` it looks for a day's head that was photographed at a kiosk, and whoever keeps the data must then be able to
show the entries that make it (``district verify``). Other hashes bind of what type each entry was on the day it came,
so that no rating can pass for something that was erased. With ``--month`` it checks a month of open data: that it is
the file in the log, the same as at the last time, and that its figures follow from its counts. ``--seal`` takes what
was photographed of the page: the number of hashes, a colon, and the digits.

C2SP signed-note, tlog-checkpoint and tlog-tiles; RFC 6962 section 2.1.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
import urllib.error
import urllib.request
from base64 import b64decode, urlsafe_b64decode
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

if TYPE_CHECKING:
    from collections.abc import Sequence

PROGRAM = Path(__file__)
TILE = 256
SECONDS = 30
MAX_BYTES = 16_000_000
HEAD = re.compile(r"LN1:([A-Za-z0-9._-]+):(\d+):(\d+):(\d{4}-\d\d-\d\d):([A-Za-z0-9_-]{43}):[A-Za-z0-9_-]{86}")
Z = 1.959963984540054


class Wrong(Exception):
    """Something does not hold, or cannot be checked; the message says what."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints a line for each thing that holds; exit status 1 at the first that does not."""
    parser = argparse.ArgumentParser(description="Check a district's public log from outside.")
    parser.add_argument("address", help="of the district, as https://…, or a folder with the log's files")
    parser.add_argument("--key", help="the district's key, as it stands on its sheet of paper: name+hash+base64")
    parser.add_argument(
        "--kept", type=Path, help="file with the checkpoint seen last time; the newest is written there"
    )
    parser.add_argument("--head", action="append", default=[], help="a day's head, photographed at a kiosk")
    parser.add_argument("--month", action="append", default=[], help="a month of open data, as 2026-10")
    parser.add_argument("--seal", action="append", default=[], help="a seal photographed from the page, as 256:0a1b…")
    asked = parser.parse_args(arguments)
    try:
        check(asked.address, asked.key, asked.kept, asked.head, asked.month, asked.seal)
    except Wrong as wrong:
        print(f"! {wrong}")
        return 1
    return 0


def check(
    address: str,
    key: str | None,
    kept: Path | None,
    heads: Sequence[str] = (),
    months: Sequence[str] = (),
    seals: Sequence[str] = (),
) -> None:
    """Raises ``Wrong``."""
    before = LastTime.read(kept)
    note = text_of(fetch(address, "/niem-phong/checkpoint"))
    key = key or before.key
    if not key:
        key = text_of(fetch(address, "/niem-phong/key")).strip()
        print(f"  The key was taken from the address itself; compare it with the paper: {key}")
    size, root, day = opened(note, key)
    print(f"The checkpoint of {day} is signed by {key.partition('+')[0]}: {size} hashes.")
    leaves = all_leaves(address, size)
    if root_of(leaves) != root:
        raise Wrong("the published hashes do not make the signed root: something was changed, added or taken out")
    print(f"All {size} published hashes make the signed root.")
    if before.note:
        only_grown(leaves, *opened(before.note, key))
    known, files = set(leaves), dict(before.files)
    for seal in seals:
        look_for_seal(seal, leaves)
    for head in heads:
        look_for_head(head, known)
    for month in months:
        look_at_month(address, month, known, files)
    if kept is not None:
        LastTime(key, note, files).write(kept)


class LastTime:
    """What is kept from one time to the next: the key, the checkpoint, and the hashes of months of open data."""

    def __init__(self, key: str = "", note: str = "", files: dict[str, str] | None = None) -> None:
        self.key, self.note, self.files = key, note, files or {}

    @classmethod
    def read(cls, path: Path | None) -> LastTime:
        """From its own file, or from a checkpoint as it was downloaded. Raises ``Wrong``."""
        if path is None or not path.exists():
            return cls()
        text = text_of(path.read_bytes())
        if not text.startswith("{"):
            return cls(note=text)
        try:
            found = json.loads(text)
            return cls(found["key"], found["note"], found["files"])
        except (ValueError, KeyError) as error:
            raise Wrong(f"{path} is not what this program kept; give it another file and keep this one") from error

    def write(self, path: Path) -> None:
        """Whole, or not at all: the old file may be the only proof."""
        new = path.with_name(f"{path.name}.new")
        new.write_text(json.dumps(vars(self), indent=2), encoding="utf-8")
        new.replace(path)


# ---- the log


def opened(note: str, key: str) -> tuple[int, bytes, str]:
    """Size, root and day of a checkpoint that the key signed."""
    name, _, rest = key.partition("+")
    key_hash, _, raw = rest.partition("+")
    try:
        public = b64decode(raw, validate=True)[1:]
        VerifyKey(public)
    except (ValueError, CryptoError) as error:
        raise Wrong("the key is not written as on the paper: name, plus, eight digits, plus, 44 letters") from error
    text, parted, signatures = note.rpartition("\n\n")
    signed = [line.rpartition(" ")[2] for line in signatures.splitlines() if line.startswith(f"\N{EM DASH} {name} ")]
    try:
        if not parted or not any(is_signed(f"{text}\n", b64decode(each), key_hash, public) for each in signed):
            raise Wrong("the checkpoint is not signed with this key")
        origin, size, root, day = text.split("\n")[:4]
        if origin != name:
            raise Wrong(f"the checkpoint is of another log: {origin}")
        return int(size), b64decode(root), day
    except ValueError as error:
        raise Wrong("the checkpoint is not whole") from error


def text_of(content: bytes) -> str:
    """Raises ``Wrong``."""
    try:
        return content.decode()
    except ValueError as error:
        raise Wrong("what came is no text") from error


def is_signed(text: str, signature: bytes, key_hash: str, public: bytes) -> bool:
    """Whether the key made the signature."""
    try:
        VerifyKey(public).verify(text.encode(), signature[4:])
    except (CryptoError, ValueError):
        return False
    return signature[:4].hex() == key_hash


def all_leaves(address: str, size: int) -> list[bytes]:
    """Every leaf's hash, from the tiles of the lowest level."""
    leaves = []
    for number in range(-(-size // TILE)):
        width = min(TILE, size - number * TILE)
        content = fetch(address, f"/niem-phong/tile/0/{tile_name(number)}{'' if width == TILE else f'.p/{width}'}")
        if len(content) != width * 32:
            raise Wrong(f"tile {number} of the log is not whole")
        leaves += [content[at : at + 32] for at in range(0, len(content), 32)]
    return leaves


def tile_name(number: int) -> str:
    """After C2SP tlog-tiles: x001/234."""
    parts = [f"{number % 1000:03}"]
    while number := number // 1000:
        parts.insert(0, f"x{number % 1000:03}")
    return "/".join(parts)


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over hashes of leaves."""
    level = list(leaves)
    if not level:
        return sha256().digest()
    while len(level) > 1:
        pairs = [sha256(b"\x01" + level[at] + level[at + 1]).digest() for at in range(0, len(level) - 1, 2)]
        level = pairs + level[2 * len(pairs) :]
    return level[0]


def leaf_of(statement: dict[str, Any]) -> bytes:
    """The hash of a leaf, from canonical JSON."""
    written = json.dumps(statement, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(b"\x00" + written.encode()).digest()


# ---- what was kept


def only_grown(leaves: Sequence[bytes], size: int, root: bytes, day: str) -> None:
    """Raises ``Wrong`` when the log of then is not the beginning of the log of now."""
    if size > len(leaves):
        raise Wrong(f"the log has become shorter: {size} hashes on {day}, {len(leaves)} now. Keep your file")
    if root_of(leaves[:size]) != root:
        raise Wrong(f"what the log said until {day} was written anew. Keep your file: it is the proof")
    print(f"The log has only grown since {day}: the {size} hashes of then are its beginning.")


# ---- what is looked for in it


def look_for_seal(text: str, leaves: Sequence[bytes]) -> None:
    """A seal as it stands on the page: the number of hashes, and the root's digits."""
    found = re.fullmatch(r"(\d{1,9}):([0-9a-f]{64})", "".join(text.split()).lower())
    if found is None:
        raise Wrong("this is no seal: it has the form 256:0a1b…, the number of hashes and 64 digits")
    size, digits = int(found[1]), found[2]
    if size > len(leaves) or root_of(leaves[:size]).hex() != digits:
        raise Wrong(f"the first {size} hashes do not make this seal any more. Keep your picture: it is the proof")
    print(f"The seal over {size} hashes still holds.")


def look_for_head(text: str, known: set[bytes]) -> None:
    """A day's head as it was photographed."""
    found = HEAD.fullmatch("".join(text.split()))
    if found is None:
        raise Wrong("this is no day's head: it has the form LN1:device:epoch:seq:day:hash:signature")
    device, epoch, seq, day, head = found.groups()
    at = {"device_id": device, "epoch": int(epoch), "hash": urlsafe_b64decode(f"{head}=").hex(), "seq": int(seq)}
    if leaf_of({"day": day, "head": at}) not in known:
        raise Wrong(
            f"the head of {day} of {device} is not in the log. The kiosk may not have delivered that day yet, or more "
            "was recorded that day after the photograph; if neither is so, ask the district"
        )
    print(f"The head of {day} of {device} is in the log: all {seq} entries up to it are bound by it.")


def look_at_month(address: str, month: str, known: set[bytes], files: dict[str, str]) -> None:
    """A month of open data; ``files``: the hashes seen last time, by path."""
    path = f"/chi-so.json?of={month}"
    content = fetch(address, path)
    digest = sha256(content).hexdigest()
    if files.get(path, digest) != digest:
        raise Wrong(f"the open data of {month} is another file than last time, and it was never to change. Keep yours")
    if leaf_of({"file": {"path": path, "sha256": digest}}) not in known:
        raise Wrong(
            f"the open data of {month} is not the file in the log; a new one is there after the next checkpoint"
        )
    try:
        shown = [unit for unit in json.loads(content)["units"] if unit["told"]]
        for unit in shown:
            follows(unit)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Wrong(f"the open data of {month} is not written as its schema says: {error}") from error
    files[path] = digest
    print(f"The open data of {month} is in the log; every figure of its {len(shown)} units follows from their counts.")


def follows(unit: dict[str, Any]) -> None:
    """Raises ``Wrong`` when a unit's figures are not what its five counts make."""
    scores = {int(score): n for score, n in unit["scores"].items()}
    n, k = sum(scores.values()), scores[4] + scores[5]
    low, high = wilson(k, n)
    made = {"rated": n, "satisfied": k, "share": k / n, "low": low, "high": high}
    for name, value in made.items():
        if not math.isclose(unit[name], value, abs_tol=1e-6):
            raise Wrong(f"{name} of {unit['unit_id']} is {unit[name]}; its counts make {value:.6f}")


def wilson(k: int, n: int) -> tuple[float, float]:
    """Wilson's interval at 95 %."""
    share, z2 = k / n, Z * Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def fetch(address: str, path: str) -> bytes:
    """The bytes at an address, or in a folder of files that ``district checkpoint export`` wrote."""
    if not address.startswith(("http://", "https://")):
        file = Path(address) / path.replace("?of=", "/").lstrip("/")
        if not file.is_file():
            raise Wrong(f"{file} is not there")
        return file.read_bytes()
    try:
        if "?of=" in path and not is_there(address, path):
            path = path.replace("?of=", "/")  # a mirror of files
        with urllib.request.urlopen(address.rstrip("/") + path, timeout=SECONDS) as response:  # noqa: S310 - http alone
            return bytes(response.read(MAX_BYTES))
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise Wrong(f"{path} cannot be fetched: {error}") from error


def is_there(address: str, path: str) -> bool:
    """Whether a server answers an address with a query; one of plain files does not."""
    try:
        with urllib.request.urlopen(address.rstrip("/") + path, timeout=SECONDS) as response:  # noqa: S310 - http alone
            return str(response.headers.get_content_type()) == "application/json"
    except urllib.error.HTTPError:
        return False


if __name__ == "__main__":
    sys.exit(main())
