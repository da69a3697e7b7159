"""An office's reply on paper."""

from datetime import date

import pytest

from kiosk.desk.complaints import answer_paper
from kiosk.desk.printouts import blocks_of
from kiosk.domain.complaint import ComplaintStatus, ConclusionResult, PublicStatus, public_status_from
from kiosk.hardware.printer.typeset import TextBlock
from kiosk.languages.packs import load_packs


def test_a_reply_on_paper_names_the_office_and_its_whole_text() -> None:
    words = load_packs().strings()
    answered = PublicStatus(ComplaintStatus.ANSWERED, "UBND xã", answered_on=date(2026, 11, 20), answer="Một.\nHai.")

    paper = answer_paper("61200123456789420049", answered, "vi")
    said = [block.text for block in blocks_of(paper, words) if isinstance(block, TextBlock)]

    assert said[0] == "UBND xã"
    assert "Trả lời ngày 20/11/2026" in said
    assert said[-3:-1] == ["Một.", "Hai."]
    assert "Một" not in repr(paper)


@pytest.mark.parametrize("result", ConclusionResult)
def test_what_was_concluded_stands_before_the_words_in_every_language(result: ConclusionResult) -> None:
    told = public_status_from({"state": "answered", "answer": "Một.", "conclusion": str(result), "under_review": True})

    for language, words in load_packs().strings().items():
        paper = answer_paper("61200123456789420049", told, language)
        lines = [block.text for block in blocks_of(paper, load_packs().strings()) if isinstance(block, TextBlock)]
        assert lines[-4:-1] == [words[f"look.conclusion_{result}"], words["look.under_review"], "Một."]


@pytest.mark.parametrize("given", [None, "", "maybe", 7, ["true"]])
def test_a_conclusion_this_kiosk_does_not_know_is_left_out(given: object) -> None:
    told = public_status_from({"state": "answered", "answer": "Một.", "conclusion": given})

    assert (told.conclusion, told.conclusion_words, told.answer) == (None, (), "Một.")
