"""What could not be opened waits with its reason and is tried again; a finding stays, with who answered for it."""

from argparse import Namespace

import pytest
from nacl.public import PrivateKey

from sync.district.cli.context import Context, Stop
from sync.district.cli.verifying import run, run_acknowledge, verify_all
from sync.district.domain.deadlines import load_schemes
from sync.district.projection.project import project
from sync.district.projection.quarantine import Replayed, replay
from sync.district.store.engine import reading
from sync.district.store.projections import set_aside
from sync.protocol.seal import key_id
from tests.district.conftest import District, changed
from tests.support.factories import Box, envelope

SCHEMES = load_schemes()


def with_lost_key(district: District, ratings: int) -> tuple[Box, PrivateKey]:
    """A box that seals to a key whose private half the district does not have just now."""
    box, lost = district.box(), PrivateKey.generate()
    box.sealing_key = bytes(lost.public_key)
    for number in range(ratings):
        box.rate(4, dossier=f"H32.13-261121-{number:05}")
    district.accept(box)
    district.project()
    return box, lost


def test_entries_wait_for_their_key_and_count_once_it_is_back(district: District) -> None:
    _, lost = with_lost_key(district, 3)
    assert district.figures() == []
    keys = district.keys | {key_id(bytes(lost.public_key)): lost}

    first = replay(district.engine, keys, SCHEMES)
    again = replay(district.engine, keys, SCHEMES)

    assert (first, again) == (Replayed(3, 0), Replayed(0, 0))
    assert [n for *_, n in district.figures()] == [3]
    assert district.rows("unopened", "seq") == []


def test_what_still_cannot_be_opened_keeps_its_place_and_holds_up_nothing(district: District) -> None:
    box, lost = with_lost_key(district, 2)
    box.record(envelope())
    box.rate(5)
    district.accept(box)
    district.project()

    done = replay(district.engine, district.keys | {key_id(bytes(lost.public_key)): lost}, SCHEMES)

    assert done == Replayed(3, 1)
    assert [seq for (seq,) in district.rows("unopened", "seq")] == [3]


def test_replaying_and_projecting_at_any_time_give_the_same_figures(district: District) -> None:
    """A press that was lower and opened last is the one that counts."""
    _, lost = with_lost_key(district, 1)
    other = district.box()
    other.rate(5, dossier="H32.13-261121-00000")
    district.accept(other)
    project(district.engine, district.keys)

    replay(district.engine, district.keys | {key_id(bytes(lost.public_key)): lost}, SCHEMES)

    assert [(answer, n) for *_, answer, n in district.figures()] == [("4", 1)]


def test_everything_set_aside_is_listed_with_its_reason(district: District) -> None:
    box, _ = with_lost_key(district, 2)
    box.record(envelope(kind="horoscope"))
    district.accept(box)

    with reading(district.engine) as connection:
        found = [(row.what, row.n, row.first_seq) for row in set_aside(connection)]

    assert found == [("unopened", 2, 1), ("refused", 1, 3)]


def context(district: District) -> Context:
    class Here(Context):
        def engine(self):
            return district.engine

    return Here(district.services.settings, district.clock)


def tampered(district: District) -> str:
    box = district.box()
    for _ in range(3):
        box.rate()
    district.accept(box)
    box.entries[1] = changed(box.entries[1])
    district.accept(box)
    return f"{box.device_id}/1/2/entry_changed"


def acknowledge(district: District, finding: str, by: str = "Trần Thị B", why: str = "the box was stolen") -> int:
    return run_acknowledge(Namespace(finding=finding, by=by, why=why), context(district))


def test_a_finding_that_somebody_answered_for_no_longer_fails_verify_and_stays(
    district: District, capsys: pytest.CaptureFixture[str]
) -> None:
    name = tampered(district)
    assert run(Namespace(head=None, public=None), context(district)) == 1
    assert f"[{name}]" in capsys.readouterr().out

    assert acknowledge(district, f"[{name}]") == 0
    assert run(Namespace(head=None, public=None), context(district)) == 0

    said = capsys.readouterr().out
    assert f"[{name}]" in said
    assert "acknowledged by Trần Thị B, 2026-11-21: the box was stolen" in said
    assert district.kinds() == ["entry_changed"]


def test_a_second_finding_fails_verify_again(district: District) -> None:
    acknowledge(district, tampered(district))

    tampered(district)

    assert run(Namespace(head=None, public=None), context(district)) == 1


def test_a_hole_can_be_answered_for_and_a_larger_one_is_another(district: District) -> None:
    box = district.box()
    for _ in range(9):
        box.rate()
    district.accept(box, box.batch(1, 2))
    district.accept(box, box.batch(5, 6))

    assert acknowledge(district, f"{box.device_id}/1/3-4/hole") == 0
    assert run(Namespace(head=None, public=None), context(district)) == 0
    district.accept(box, box.batch(8, 9))
    assert run(Namespace(head=None, public=None), context(district)) == 1


@pytest.mark.parametrize(("by", "why"), [("", "x"), ("x", " "), ("x" * 65, "x")])
def test_nobody_answers_without_a_name_and_a_reason(district: District, by: str, why: str) -> None:
    name = tampered(district)

    with pytest.raises(Stop, match="say who"):
        acknowledge(district, name, by, why)


def test_an_entry_that_does_not_hold_is_nothing_to_answer_for(district: District) -> None:
    box = district.box()
    box.rate()
    district.accept(box)
    district.tamper("UPDATE ledger SET type = 'boot'", "ledger")
    with reading(district.engine) as connection:
        assert any(line.startswith("!") for line in verify_all(connection)[1])

    with pytest.raises(Stop, match="there is no finding"):
        acknowledge(district, f"{box.device_id}/1/1/broken")
