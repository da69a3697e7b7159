"""Read the sheets of a file of any supported type."""

from pathlib import Path

from sync.district.reference.files.delimited import decode, delimited
from sync.district.reference.files.table import MAX_BYTES, Progress, Sheet, Unreadable, no_progress
from sync.district.reference.files.workbook import workbook

_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MARKUP = ("<html", "<!doctype html", "<table", "<?xml", "<meta")


def read_bytes(path: Path) -> bytes:
    """The whole file, or one byte more than is allowed, which ``read_sheets`` refuses. Raises ``OSError``."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def read_sheets(data: bytes, progress: Progress = no_progress) -> list[Sheet]:
    """Every sheet of the workbook, or the text file cut by each delimiter it could have. Raises ``Unreadable``."""
    if len(data) > MAX_BYTES:
        raise Unreadable("import.file.too_large", most=MAX_BYTES // 1024 // 1024)
    if not data.strip():
        raise Unreadable("import.file.empty")
    if data.startswith(_OLD_EXCEL):
        raise Unreadable("import.file.password" if _ENCRYPTED in data else "import.file.old_excel")
    if data.startswith(b"PK\x03\x04"):
        return workbook(data, progress)
    text = decode(data)
    if text.lstrip()[:200].lower().startswith(_MARKUP):
        raise Unreadable("import.file.html")
    return delimited(text, progress)
