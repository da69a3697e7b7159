"""Stream XML events in constant memory: an XLSX part may be a hundred times its packed size."""

from collections.abc import Iterable
from typing import Protocol
from xml.parsers import expat

from sync.district.reference.files.table import Unreadable

XML_FAULTS = (expat.ExpatError,)
MAX_TAGS = 24_000_000
"""Of one part: a sheet of 200,000 rows and 20 columns of written-out text has as many."""
MAX_TOKEN = 1_000_000
"""Bytes of one tag or comment: the parser begins a longer one anew with each piece that arrives."""
MAX_DEPTH = 1_000_000
"""Tags within tags, roughly counted; Excel's go ten deep, and the parser keeps 140 bytes for each."""


class Listener(Protocol):
    """Hears the elements of one part by their names without a namespace prefix."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, text: str) -> None: ...


def parse(chunks: Iterable[bytes], listener: Listener) -> None:
    """Raises one of ``XML_FAULTS``, and ``Unreadable`` for more than any list needs. A document type is a fault too: it
    is where XML bombs are made."""
    parser = expat.ParserCreate()
    bound = _Bound(parser)
    parser.buffer_text = True

    def first(name: str, attributes: dict[str, str]) -> None:
        # A million cells are heard without a function in between, unless this part has a prefix on every name.
        if ":" in name:
            parser.StartElementHandler = lambda name, attributes: listener.start(_local(name), attributes)
            parser.EndElementHandler = lambda name: listener.end(_local(name))
        else:
            parser.StartElementHandler, parser.EndElementHandler = listener.start, listener.end
        listener.start(_local(name), attributes)

    parser.StartElementHandler = first
    parser.CharacterDataHandler = listener.text
    parser.StartDoctypeDeclHandler = _refuse
    for chunk in chunks:
        parser.Parse(chunk, False)
        bound.check(chunk)
    parser.Parse(b"", True)


class _Bound:
    """Refuses what is no list: very many tags, tags within tags, or one that does not end."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self._parser = parser
        self._bytes = self._tags = self._depth = 0

    def check(self, chunk: bytes) -> None:
        tags = chunk.count(b"<")
        signs = max(chunk.count(b">") - tags, 0)  # that end no tag, and may stand behind a stroke
        self._bytes += len(chunk)
        self._tags += tags
        self._depth += tags - 2 * chunk.count(b"</") - max(chunk.count(b"/>") - signs, 0)
        unended = self._bytes - self._parser.CurrentByteIndex
        if self._tags > MAX_TAGS or self._depth > MAX_DEPTH or unended > MAX_TOKEN:
            raise Unreadable("import.file.too_much_text")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def attribute(attributes: dict[str, str], name: str) -> str:
    """An attribute by its name without a prefix, or the empty text."""
    for key, value in attributes.items():
        if key == name or key.endswith(f":{name}"):
            return value
    return ""


def _refuse(*_: object) -> None:
    raise expat.ExpatError("a document type")
