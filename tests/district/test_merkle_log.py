"""The public log by itself: trees, tiles, fillers and signed notes, at the district and in the outsider's program."""

from hashlib import sha256
from secrets import token_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from sync.district import verify_public
from sync.district.domain.merkle_log import TILE, Leaf, LeafKind, Peaks, TileName, filled, leaf_hash, node_hash, root_of
from sync.district.domain.signed_note import Checkpoint, open_note, origin_of, sign_note, verifier_key
from sync.district.measures.intervals import wilson as interval_of
from sync.protocol.fields import Malformed

# the tests of certificate-transparency-go, package merkle: eight leaves and the root after each
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def hashes(n: int) -> list[bytes]:
    return [leaf_hash(str(each).encode()) for each in range(n)]


def by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word by word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256().digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(by_definition(leaves[:k]), by_definition(leaves[k:]))


def test_the_roots_are_those_of_the_reference():
    leaves = [leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES]

    assert [root_of(leaves[: n + 1]).hex() for n in range(8)] == ROOTS


@given(st.integers(0, 300), st.integers(0, 300))
def test_however_it_grows_the_root_is_that_of_the_definition_and_of_the_outsider_s_program(first: int, more: int):
    leaves = hashes(first + more)
    grown = Peaks().grown(leaves[:first]).grown(leaves[first:])

    assert (grown.size, grown.root) == (len(leaves), by_definition(leaves))
    assert verify_public.root_of(leaves) == grown.root


@given(st.integers(0, 5), st.integers(0, 10**9), st.integers(1, TILE))
def test_a_tile_s_name_is_read_as_it_is_written(level: int, number: int, width: int):
    name = TileName(level, number, width)

    assert TileName.parse(name.path) == name
    assert name.path.partition(".p")[0] == f"{level}/{verify_public.tile_name(number)}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "0/1",
        "0/001.p/0",
        "0/001.p/257",
        "0/001.p/256",
        "9/000",
        "0/x001",
        "0/x000/001",
        "-1/000",
        "0/00a",
        "0/001.p/300",
    ],
)
def test_another_name_of_a_tile_is_refused(text: str):
    with pytest.raises(ValueError, match="names no tile"):
        TileName.parse(text)


def test_a_tile_above_holds_the_roots_of_full_tiles_below():
    leaves = hashes(3 * TILE)

    content = TileName(1, 0, 3).made_from(leaves)

    assert content == b"".join(root_of(leaves[at : at + TILE]) for at in (0, TILE, 2 * TILE))


def test_a_note_of_go_s_checksum_database_is_read_by_the_outsider_s_program():
    key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    signature = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="

    _, key_hash, raw = key.split("+", 2)

    assert verify_public.is_signed(text, verify_public.b64decode(signature), key_hash, verify_public.b64decode(raw)[1:])


@given(st.integers(0, 10**12), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_is_read_as_it_is_written_by_its_key_alone(size: int, root: bytes):
    key, other = SigningKey.generate(), SigningKey.generate()
    found = Checkpoint(origin_of(bytes(key.verify_key)), size, root, "2026-11-30")
    note = sign_note(found.text, key)

    assert Checkpoint.parse(open_note(note, bytes(key.verify_key))) == found
    assert verify_public.opened(note, verifier_key(bytes(key.verify_key))) == (size, root, "2026-11-30")
    with pytest.raises(Malformed):
        open_note(note, bytes(other.verify_key))
    with pytest.raises(Malformed):
        open_note(note.replace(f"\n{size}\n", f"\n{size + 1}\n"), bytes(key.verify_key))


@given(st.integers(0, 3 * TILE))
def test_whatever_came_the_log_grows_by_whole_tiles_that_hold_all_of_it(n: int):
    leaves = [Leaf(each, LeafKind.FILLER) for each in hashes(n)]

    more = filled(leaves, token_bytes)

    assert len(more) == max(1, -(-n // TILE)) * TILE
    assert {leaf.hash for leaf in leaves} <= {leaf.hash for leaf in more}
    assert len({leaf.hash for leaf in more}) == len(more)


@pytest.mark.parametrize(("name", "value"), [("share", 0.5), ("satisfied", 41), ("low", 0.9), ("rated", 51)])
def test_a_figure_that_its_counts_do_not_make_is_found(name: str, value: float):
    unit = {
        "unit_id": "A",
        "rated": 50,
        "satisfied": 40,
        "share": 0.8,
        "scores": {"1": 5, "2": 2, "3": 3, "4": 20, "5": 20},
    }
    unit |= {"low": interval_of(40, 50).low, "high": interval_of(40, 50).high}
    verify_public.follows(unit)

    with pytest.raises(verify_public.Wrong, match=name):
        verify_public.follows(unit | {name: value})
