"""Read an XLSX workbook: its sheets, which of them are visible, and their contents."""

import io
import posixpath
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec import Struct

from sync.district.reference.files.merges import fill
from sync.district.reference.files.strings import SharedStrings
from sync.district.reference.files.styles import StyleSheet
from sync.district.reference.files.table import Line, Progress, Sheet, Unreadable, no_progress
from sync.district.reference.files.worksheet import Worksheet
from sync.district.reference.files.xml_events import XML_FAULTS, Listener, attribute, parse
from sync.district.reference.files.zipped import ZIP_FAULTS, TooLarge, chunks_of

MAX_PART = 512 * 1024 * 1024
MAX_SMALL_PART = 32 * 1024 * 1024
MAX_SHEETS = 1_000
MAX_PARTS = 20_000


@dataclass(slots=True)
class _Relations:
    """Hears a part's relations: where each id leads, and of what type it is."""

    base: str
    targets: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            identifier, target = attributes["Id"], attributes["Target"]
            self.targets[identifier] = posixpath.normpath(posixpath.join("/", self.base, target)).lstrip("/")
            self.types[identifier] = attributes["Type"].rpartition("/")[2]

    def end(self, name: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass

    def first_of(self, kind: str) -> str:
        """The part of a type, or the empty text."""
        return next((self.targets[each] for each, its in self.types.items() if its == kind), "")


@dataclass(slots=True)
class _Book:
    """Hears ``xl/workbook.xml``: each sheet's name, whether it is hidden, and its relation."""

    sheets: list[tuple[str, bool, str]] = field(default_factory=list)
    from_1904: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes["name"], hidden, attribute(attributes, "id")))
        elif name == "workbookPr":
            self.from_1904 = attributes.get("date1904") in ("1", "true")

    def end(self, name: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass


def workbook(data: bytes, progress: Progress = no_progress) -> list[Sheet]:
    """The sheets in their order; hidden ones without their lines. Raises ``Unreadable``."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _sheets(_Archive(archive), progress)
    except TooLarge as error:
        raise Unreadable("import.file.too_much_text") from error
    except Unreadable:
        raise
    except (*ZIP_FAULTS, *XML_FAULTS) as error:
        raise Unreadable("import.file.broken_workbook") from error


class _Archive(Struct, frozen=True):
    archive: zipfile.ZipFile

    def has(self, name: str) -> bool:
        return name in self.archive.NameToInfo

    def hear(self, name: str, listener: Listener, most: int = MAX_SMALL_PART) -> None:
        """Raises ``KeyError`` when there is no such part, and what ``chunks_of`` and ``parse`` raise."""
        parse(chunks_of(self.archive, name, most), listener)

    def relations(self, part: str) -> _Relations:
        folder, name = posixpath.split(part)
        found = _Relations(folder)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if self.has(relations):
            self.hear(relations, found)
        return found


def _sheets(archive: _Archive, progress: Progress) -> list[Sheet]:
    if len(archive.archive.NameToInfo) > MAX_PARTS:
        raise Unreadable("import.file.broken_workbook")
    main = archive.relations("").first_of("officeDocument") or "xl/workbook.xml"
    if not archive.has(main) or main.endswith(".bin"):
        raise Unreadable("import.file.other_archive")
    book, relations = _Book(), archive.relations(main)
    archive.hear(main, book)
    if len(book.sheets) > MAX_SHEETS:
        raise Unreadable("import.file.broken_workbook")
    texts, styles = SharedStrings(), StyleSheet()
    if part := relations.first_of("sharedStrings"):
        archive.hear(part, texts, MAX_PART)
    if part := relations.first_of("styles"):
        archive.hear(part, styles)
    sheets: list[Sheet] = []
    for name, hidden, identifier in book.sheets:
        if relations.types[identifier] == "worksheet":
            worksheet = Worksheet(texts.texts, styles.styles, book.from_1904, progress)
            if not hidden:
                archive.hear(relations.targets[identifier], worksheet, MAX_PART)
            sheets.append(_sheet(name, worksheet, book.from_1904, hidden))
    return sheets


def _sheet(name: str, worksheet: Worksheet, from_1904: bool, hidden: bool) -> Sheet:
    lines: Sequence[Line] = fill(worksheet.lines, worksheet.merges) if worksheet.merges else worksheet.lines
    return Sheet(name, tuple(lines), from_1904, hidden=hidden, hidden_rows=worksheet.hidden_rows)
