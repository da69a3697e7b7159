"""XML as a stream of events, in constant memory: an XLSX part may be a hundred times its packed size."""

from collections.abc import Iterable
from typing import Protocol
from xml.parsers import expat

XML_FAULTS = (expat.ExpatError, RecursionError)
MAX_DEPTH = 64


class Listener(Protocol):
    """Hears the elements of one part by their names without a namespace prefix."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, text: str) -> None: ...


def parse(chunks: Iterable[bytes], listener: Listener) -> None:
    """Raises one of ``XML_FAULTS``. A document type is a fault too: it is where XML bombs are made."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise RecursionError
        listener.start(name if ":" not in name else name.rpartition(":")[2], attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        listener.end(name if ":" not in name else name.rpartition(":")[2])

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = listener.text
    parser.StartDoctypeDeclHandler = _refuse
    for chunk in chunks:
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def attribute(attributes: dict[str, str], name: str) -> str:
    """An attribute by its name without a prefix, or the empty text."""
    for key, value in attributes.items():
        if key == name or key.endswith(f":{name}"):
            return value
    return ""


def _refuse(*_: object) -> None:
    raise expat.ExpatError("a document type")
