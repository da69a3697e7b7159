"""Workbooks written by hand, part by part, so that a test can spoil any of them."""

import io
import zipfile
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEADER = ("Mã hồ sơ", "Mã quầy", "Ngày tiếp nhận")


def cell(place: str, value: object = None, *, extra: str = "", formula: str | None = None) -> str:
    inside = "" if formula is None else f"<f>{escape(formula)}</f>"
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"{extra}>{inside}<is><t>{escape(value)}</t></is></c>'
    return f'<c r="{place}"{extra}>{inside}' + ("" if value is None else f"<v>{value}</v>") + "</c>"


def row(number: int, values: tuple[object, ...], *, extra: str = "") -> str:
    cells = "".join(
        cell(f"{chr(65 + place)}{number}", value) for place, value in enumerate(values) if value is not None
    )
    return f'<row r="{number}"{extra}>{cells}</row>'


def sheet(rows: str, after: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def parts(sheets: dict[str, str], hidden: tuple[str, ...] = (), **more: str) -> dict[str, str]:
    """The parts of a workbook by their names in the archive. ``more`` are parts of ``xl/``, such as ``styles``."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="s{n}" state="{"hidden" if name in hidden else "visible"}"/>'
        for n, name in enumerate(sheets, start=1)
    )
    relations = "".join(
        f'<Relationship Id="s{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    ) + "".join(f'<Relationship Id="{name}" Type="{RELATIONS}/{name}" Target="{name}.xml"/>' for name in more)
    return {
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r" Type="{RELATIONS}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{relations}</Relationships>',
        **{f"xl/{name}.xml": text for name, text in more.items()},
        **{f"xl/worksheets/sheet{n}.xml": text for n, text in enumerate(sheets.values(), start=1)},
    }


def zipped(content: dict[str, str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        for name, text in content.items():
            archive.writestr(name, text)
    return packed.getvalue()


def book(rows: str, after: str = "", **more: str) -> bytes:
    """A workbook of one sheet."""
    return zipped(parts({"Ho so": sheet(rows, after)}, **more))
