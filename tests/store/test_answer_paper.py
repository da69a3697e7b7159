"""An office's reply on paper."""

from datetime import date

from kiosk.desk.complaints import answer_paper
from kiosk.desk.printouts import blocks_of
from kiosk.domain.complaint import ComplaintStatus, PublicStatus
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
