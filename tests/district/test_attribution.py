"""A rating gets its counter, officer and procedure from its dossier, however late that is imported."""

import random
from typing import Any

import pytest

from sync.district.projection.project import rebuild
from tests.district.conftest import District
from tests.district.web_fixtures import bring
from tests.support.factories import COUNTER, TODAY, UNIT, dossier_code

OTHER = "H32.13-q2"
HEADER = "Mã hồ sơ,Mã quầy,Số hiệu cán bộ,Mã thủ tục,Ngày nhận\n"


def import_dossiers(district: District, *rows: tuple[str, str, str, str]) -> None:
    outcome = bring(district.engine, "dossiers", HEADER + "".join(",".join((*row, "21/11/2026\n")) for row in rows))
    assert outcome.accepted, outcome.reading.errors


def attributions(district: District) -> list[Any]:
    columns = ("dossier_code", "counter_id", "counter_known_by", "officer_number", "procedure_id")
    return district.rows("ratings", *columns)


def test_a_dossier_that_arrives_in_the_evening_gives_the_mornings_rating_its_counter(district: District) -> None:
    box = district.box(counter=None)
    box.rate(4, dossier_code(), counter_id=None)
    district.accept(box)
    district.project()
    morning = (attributions(district), district.figures())

    import_dossiers(district, (dossier_code(), OTHER, "CB07", "1.001612"))

    assert morning == ([(dossier_code(), None, None, None, None)], [(TODAY, UNIT, "", "overall", "4", 1)])
    assert attributions(district) == [(dossier_code(), OTHER, "dossier", "CB07", "1.001612")]
    assert district.figures() == [(TODAY, UNIT, OTHER, "overall", "4", 1)]


def test_a_counter_that_the_kiosk_named_stays(district: District) -> None:
    box = district.box()
    box.rate(4, dossier_code())
    district.accept(box)
    district.project()

    import_dossiers(district, (dossier_code(), OTHER, "CB07", "1.001612"))

    assert attributions(district) == [(dossier_code(), COUNTER, "kiosk", "CB07", "1.001612")]


def test_a_dossier_of_another_offices_counter_names_none_here(district: District) -> None:
    district.reference(
        units=[{"unit_id": "H32.99", "name": "Sở Thử", "level": "department", "parent_id": None}],
        counters=[{"counter_id": "H32.99-q1", "unit_id": "H32.99", "name": "Quầy 1", "field": ""}],
    )
    box = district.box(counter=None)
    box.rate(4, dossier_code(), counter_id=None)
    district.accept(box)
    district.project()

    import_dossiers(district, (dossier_code(), "H32.99-q1", "CB07", "1.001612"))

    assert attributions(district) == [(dossier_code(), None, None, "CB07", "1.001612")]


def test_a_check_of_a_file_moves_nothing(district: District) -> None:
    box = district.box(counter=None)
    box.rate(4, dossier_code(), counter_id=None)
    district.accept(box)
    district.project()
    before = attributions(district)

    bring(district.engine, "dossiers", f"{HEADER}{dossier_code()},{OTHER},CB07,1.001612,21/11/2026\n", check=True)

    assert attributions(district) == before


@pytest.mark.parametrize("seed", range(6))
def test_in_whatever_order_things_come_a_rebuild_gives_the_same(district: District, seed: int) -> None:
    dice = random.Random(seed)
    box, sent = district.box(counter=None), 0
    for _ in range(24):
        code = dossier_code(dice.randrange(6))
        match dice.choice(["rate", "rate", "import", "send", "stick"]):
            case "rate":
                box.rate(dice.randint(1, 5), code, counter_id=dice.choice([None, None, COUNTER]))
            case "import":
                import_dossiers(district, (code, dice.choice([COUNTER, OTHER]), dice.choice(["CB1", "CB2"]), "1.0"))
            case "send" if len(box.entries) > sent:
                district.accept(box, box.batch(sent + 1))
                sent = len(box.entries)
                district.project()
            case "stick" if len(box.entries) > sent:
                district.accept(box, box.batch(len(box.entries)))
                district.project()
    district.accept(box, box.batch()) if box.entries else None
    district.project()
    before = (attributions(district), district.figures())

    rebuild(district.engine, district.keys)

    assert (attributions(district), district.figures()) == before
