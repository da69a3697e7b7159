"""What citizens ask about a procedure is rarely taken for a report of bribery; no report told as a question is lost."""

import tomllib
from pathlib import Path

import pytest

from kiosk.domain.complaint import About
from kiosk.paths import shipped_scheme
from sync.district.domain.question_words import complaint_reads_sensitive, only_asks
from sync.district.domain.sensitive import reads_sensitive
from tests.district.conftest import District
from tests.district.test_complaint_subjects import UNSEEN
from tests.district.test_complaints import NUMBER

ASKED = tomllib.loads((Path(__file__).parent / "question_words.toml").read_text(encoding="utf-8"))
COST = "Đăng ký kết hôn có phải nộp tiền không?"


def as_question(text: str) -> bool:
    return complaint_reads_sensitive(About.QUESTION, text)


def test_of_questions_that_were_never_learned_from_one_in_ten_at_most_waits_for_the_head() -> None:
    kept, before = (sum(map(reads, ASKED["questions"])) for reads in (as_question, reads_sensitive))

    assert kept <= len(ASKED["questions"]) // 10
    assert before > 2 * kept


@pytest.mark.parametrize("name", ["reports", "seen_reports"])
def test_every_report_told_as_a_question_that_was_seen_before_is_seen_still(name: str) -> None:
    seen = [text for text in ASKED[name] if reads_sensitive(text)]

    assert [text for text in seen if not as_question(text)] == []
    assert len(seen) >= 0.9 * len(ASKED[name])


def test_a_report_is_seen_whatever_its_citizen_called_it() -> None:
    reports = [*shipped_scheme("sensitive-examples.toml")["reports"], *UNSEEN["reports"]]

    assert [text for text in reports if reads_sensitive(text) and not as_question(text)] == []


def test_a_question_behind_which_something_is_told_is_looked_at_sentence_by_sentence() -> None:
    assert not as_question(f"Cho tôi hỏi. {COST}")
    assert as_question(f"{COST} Anh ở quầy bảo tôi đưa 500 nghìn.")
    assert only_asks("Dang ky ket hon het bao nhieu tien?")
    assert not only_asks("P.h.o.n.g b.ì bao nhiêu thì được?")
    assert not only_asks("Phải nộp tiền.")


@pytest.mark.parametrize(
    ("about", "text", "sensitive"),
    [
        (About.QUESTION, COST, False),
        (About.CONDUCT, COST, True),
        (About.QUESTION, "Phải đưa cán bộ bao nhiêu tiền mới xong?", True),
    ],
)
def test_what_was_told_as_a_question_is_kept_from_nobody_for_asking_what_it_costs(
    district: District, about: About, text: str, sensitive: bool
) -> None:
    box = district.box()
    box.tell(NUMBER, about=str(about), text=text)
    district.accept(box)
    district.project()

    assert district.rows("complaints", "about", "sensitive") == [(str(about), sensitive)]
