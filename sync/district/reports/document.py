"""Write a report as DOCX in the form of Nghị định 30/2020/NĐ-CP: head, kind, body, signature, copies."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from sync.district.domain.typed import clean
from sync.district.reports.form import DocumentForm, load_form
from sync.district.reports.paper import Grid, Heading, Paper, Words
from sync.district.texts import Texts

_LETTER_OF_HEIGHT = 0.44
"""About how wide a letter of Times New Roman is, as a part of its size: enough for the length of a rule."""
_MM_OF_POINT = 25.4 / 72
_LEFT = 0.4
"""How much of the width the office has beside the state's name, which must stand on one line."""


def document(paper: Paper, texts: Texts) -> bytes:
    """The document as a file. What it does not tell of number, day and place, and the signature, is left to fill in by
    hand."""
    return _Writer(load_form(), texts).write(paper)


class _Writer:
    def __init__(self, form: DocumentForm, texts: Texts) -> None:
        self._form, self._texts = form, texts
        self._document: Any = Document()

    def write(self, paper: Paper) -> bytes:
        self._set_up()
        self._head(paper)
        self._line(paper.kind, "kind", ALIGN.CENTER)
        self._line(paper.subject, "subject", ALIGN.CENTER)
        self._rule(self._document.paragraphs[-1], paper.subject, 0.4)
        if paper.addressed:
            self._line(paper.addressed, "body", ALIGN.CENTER)
        for block in paper.blocks:
            match block:
                case Heading():
                    self._heading(block.text)
                case Words():
                    self._paragraph(block.text)
                case Grid():
                    self._table(block)
        if paper.signers:
            self._signatures(paper.signers)
        else:
            self._signature(paper)
        file = BytesIO()
        self._document.core_properties.title = f"{paper.kind}: {paper.subject}"
        self._document.core_properties.author = paper.office
        self._document.core_properties.language = self._texts.language
        self._document.save(file)
        return _undated(file)

    def _set_up(self) -> None:
        form, section = self._form, self._document.sections[0]
        section.page_width, section.page_height = Mm(form.page.width), Mm(form.page.height)
        section.top_margin, section.bottom_margin = Mm(form.page.top), Mm(form.page.bottom)
        section.left_margin, section.right_margin = Mm(form.page.left), Mm(form.page.right)
        section.header_distance = Mm(form.page.top / 2)
        section.different_first_page_header_footer = True  # the first page has no number
        normal = self._document.styles["Normal"]
        normal.font.name, normal.font.size = form.font, Pt(form.styles["body"].size)
        fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(script), form.font)
        self._page_number(section.header.paragraphs[0])

    def _page_number(self, paragraph: Any) -> None:
        paragraph.alignment = ALIGN.CENTER
        run = paragraph.add_run()
        run.font.size = Pt(self._form.page.number_size)
        for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
            element = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                element.set(qn("w:fldCharType"), kind)
            else:
                element.text = text
            run._r.append(element)

    def _head(self, report: Paper) -> None:
        texts = self._texts
        width = self._form.page.width - self._form.page.left - self._form.page.right
        head = self._document.add_table(rows=1, cols=2)
        self._set_widths(head, (width * _LEFT, width * (1 - _LEFT)))
        self._without_padding(head)
        left, right = head.rows[0].cells
        first = left.paragraphs[0]
        if report.parent:
            self._fill(first, report.parent, "parent", ALIGN.CENTER)
            first = left.add_paragraph()
        self._fill(first, report.office, "office", ALIGN.CENTER)
        self._rule(first, report.office, 0.4, width * _LEFT)
        self._fill(left.add_paragraph(), report.number or texts("report.number"), "number", ALIGN.CENTER)
        self._fill(right.paragraphs[0], texts("report.nation"), "nation", ALIGN.CENTER)
        motto = right.add_paragraph()
        self._fill(motto, texts("report.motto"), "motto", ALIGN.CENTER)
        self._rule(motto, texts("report.motto"), 1.0, width * (1 - _LEFT))
        place = report.place or texts("report.place", year=report.year)
        self._fill(right.add_paragraph(), place, "place", ALIGN.CENTER)

    def _signature(self, report: Paper) -> None:
        """Never alone on a page: what stands before it comes along."""
        texts = self._texts
        left, right = self._beside(2)
        self._fill(left.paragraphs[0], texts("report.signed.recipients"), "recipients_head", ALIGN.LEFT)
        above = [texts("report.signed.above", parent=report.parent)] if report.parent else []
        above = [texts("report.signed.as_above")] if report.addressed else above
        for line in (*above, texts("report.signed.archive")):
            self._fill(left.add_paragraph(), line, "recipients", ALIGN.LEFT)
        self._fill(right.paragraphs[0], texts("report.signed.signer"), "signer", ALIGN.CENTER)
        for _ in range(4):  # room for the signature and the seal
            right.add_paragraph()

    def _signatures(self, signers: Sequence[str]) -> None:
        """Who signs, beside each other."""
        for cell, signer in zip(self._beside(len(signers)), signers, strict=True):
            self._fill(cell.paragraphs[0], signer, "signer", ALIGN.CENTER)
            for _ in range(4):
                cell.add_paragraph()

    def _beside(self, n: int) -> Any:
        """Cells beside each other, which stay on the page of what stands before them."""
        self._document.paragraphs[-1].paragraph_format.keep_with_next = True
        self._document.add_paragraph().paragraph_format.keep_with_next = True
        row = self._document.add_table(rows=1, cols=n).rows[0]
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        return row.cells

    def _heading(self, text: str) -> None:
        self._line(text, "heading", ALIGN.LEFT)
        self._document.paragraphs[-1].paragraph_format.keep_with_next = True

    def _paragraph(self, text: str) -> None:
        self._line(text, "body", ALIGN.JUSTIFY)
        self._document.paragraphs[-1].paragraph_format.first_line_indent = Mm(self._form.paragraph.first_line)

    def _line(self, text: str, style: str, align: Any) -> None:
        paragraph = self._document.add_paragraph()
        self._fill(paragraph, text, style, align)
        paragraph.paragraph_format.space_after = Pt(self._form.paragraph.after_points)

    def _fill(self, paragraph: Any, text: str, style: str, align: Any) -> None:
        letters, text = self._form.styles[style], clean(text)  # a control character is no character of XML
        run = paragraph.add_run(text.upper() if letters.caps else text)
        run.font.size, run.bold, run.italic = Pt(letters.size), letters.bold, letters.italic
        paragraph.alignment = align
        paragraph.paragraph_format.space_after = Pt(0)

    def _rule(self, paragraph: Any, text: str, part: float, width: float | None = None) -> None:
        """A rule below a centred line, ``part`` of its length: an empty line of a small size with a border."""
        size = paragraph.runs[0].font.size.pt
        length = min(len(text) * size * _LETTER_OF_HEIGHT * _MM_OF_POINT, (width or 165) * 0.95) * part
        room = (width or self._form.page.width - self._form.page.left - self._form.page.right) - 4
        ruled = OxmlElement("w:p")
        paragraph._p.addnext(ruled)
        below = type(paragraph)(ruled, paragraph._parent)
        below.paragraph_format.left_indent = below.paragraph_format.right_indent = Mm(max(0, (room - length) / 2))
        below.paragraph_format.space_after = Pt(self._form.paragraph.after_points)
        below.paragraph_format.line_spacing = Pt(3)
        borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
        for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
            top.set(qn(f"w:{name}"), value)
        borders.append(top)
        below._p.get_or_add_pPr().insert_element_before(borders, "w:shd", "w:spacing", "w:ind", "w:jc", "w:rPr")

    def _without_padding(self, table: Any) -> None:
        margins = OxmlElement("w:tblCellMar")
        for side in ("left", "right"):
            margin = OxmlElement(f"w:{side}")
            margin.set(qn("w:w"), "0")
            margin.set(qn("w:type"), "dxa")
            margins.append(margin)
        table._tbl.tblPr.insert_element_before(margins, "w:tblLook")

    def _set_widths(self, table: Any, widths: Sequence[float]) -> None:
        """In millimetres; on the columns and on the cells, because programs look at either."""
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
            for cell in column.cells:
                cell.width = Mm(width)

    def _table(self, grid: Grid) -> None:
        """No row is torn across pages; the line before the table and its head stay with what follows them."""
        self._document.paragraphs[-1].paragraph_format.keep_with_next = True
        table = self._document.add_table(rows=1, cols=len(grid.heads))
        table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
        for cell, text in zip(table.rows[0].cells, grid.heads, strict=True):
            self._fill(cell.paragraphs[0], text, "cell_head", ALIGN.CENTER)
            cell.paragraphs[0].paragraph_format.keep_with_next = True
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        begins = (grid.named, *grid.also_named)
        for row in grid.rows:
            for place, (cell, text) in enumerate(zip(table.add_row().cells, row, strict=True)):
                self._fill(cell.paragraphs[0], text, "cell", ALIGN.LEFT if place in begins else ALIGN.CENTER)
        for row in table.rows:
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        self._set_widths(table, grid.widths)
        self._document.add_paragraph().paragraph_format.space_after = Pt(0)


def _undated(made: BytesIO) -> bytes:
    """The same parts without the moment at which they were packed: the same document has the same bytes."""
    packed = BytesIO()
    with ZipFile(made) as parts, ZipFile(packed, "w", ZIP_DEFLATED) as target:
        for part in parts.infolist():
            target.writestr(ZipInfo(part.filename), parts.read(part), ZIP_DEFLATED)
    return packed.getvalue()
