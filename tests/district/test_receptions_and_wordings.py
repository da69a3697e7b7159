"""Where khiếu nại and tố cáo are handed in, consents and ready sentences: from the file to the page of a box."""

import pytest

from kiosk.domain.reference import Reception, Wording
from kiosk.domain.wording import consent_from, sentences_from
from sync.district.reference.report import report
from sync.district.texts import load_texts
from tests.district.conftest import District
from tests.district.test_notices import rows
from tests.district.test_snapshot import pull, tree
from tests.district.web_fixtures import SAMPLES, bring, bring_samples
from tests.support.factories import UNIT

__all__ = ["tree"]
HEAD = "Đơn vị;Nơi tiếp công dân;Địa chỉ;Điện thoại cơ quan;Lịch tiếp công dân\n"
SCHEMES = SAMPLES.parent / "schemes"


def test_the_sample_offices_come_in_whole(engine) -> None:
    bring_samples(engine)

    outcome = bring(engine, "receptions", (SAMPLES / "receptions.csv").read_bytes())

    assert (outcome.new, outcome.reading.errors, outcome.reading.personal) == (2, (), ())


def test_a_box_gets_the_offices_of_its_unit_and_of_those_above(tree: District) -> None:
    device_id = tree.box().device_id
    offices = ["H32;Ban Tiếp công dân tỉnh;;;", f"{UNIT};Phòng 102;Tầng 1;;Thứ 5", "H32.14;X;;;"]
    bring(tree.engine, "receptions", HEAD + "\n".join(offices))

    changes, _, _ = pull(tree, device_id)

    assert rows(changes, Reception) == [
        Reception("H32", "Ban Tiếp công dân tỉnh"),
        Reception(UNIT, "Phòng 102", "Tầng 1", "", "Thứ 5"),
    ]


def test_the_shipped_consent_and_sentences_reach_the_boxes(tree: District) -> None:
    device_id = tree.box().device_id
    for name in ("consent", "sentences"):
        bring(tree.engine, "wording", (SCHEMES / f"{name}.toml").read_bytes())

    changes, _, _ = pull(tree, device_id)

    consent, sentences = rows(changes, Wording)
    assert consent_from(consent.content).version
    assert len(sentences_from(sentences.content)) > 5
    assert (consent.kind, sentences.kind) == ("consent", "sentences")


CONSENT = 'version = "a"\nvalid_from = {day}\n[words]\nvi = "{words}"\n'


def test_a_consent_that_was_published_keeps_its_words_and_may_get_an_end(engine) -> None:
    first = bring(engine, "wording", CONSENT.format(day="2026-11-01", words="Tôi đồng ý."))
    same = bring(engine, "wording", CONSENT.format(day="2026-11-01", words="Tôi đồng ý."))
    later = bring(engine, "wording", CONSENT.format(day="2026-12-01", words="Tôi đồng ý."))
    other = bring(engine, "wording", CONSENT.format(day="2026-11-01", words="Tôi đồng ý hết."))

    assert [(o.new, o.changed, o.unchanged) for o in (first, same, later)] == [(1, 0, 0), (0, 0, 1), (0, 1, 0)]
    assert "tăng version" in report(other, "consent.toml", load_texts())


@pytest.mark.parametrize(
    "content", ["version = 1", "[words]\nvi = 'x'", "version = 1\nsentences = [1]", "version='a'\nvalid_from='?'", "?"]
)
def test_a_wording_that_is_none_is_refused(engine, content: str) -> None:
    assert not bring(engine, "wording", content).accepted
