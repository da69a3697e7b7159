"""Stream XML events in constant memory: an XLSX part may be a hundred times its packed size."""

from collections.abc import Iterable
from typing import Protocol
from xml.parsers import expat

XML_FAULTS = (expat.ExpatError,)


class Listener(Protocol):
    """Hears the elements of one part by their names without a namespace prefix."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, text: str) -> None: ...


def parse(chunks: Iterable[bytes], listener: Listener) -> None:
    """Raises one of ``XML_FAULTS``. A document type is a fault too: it is where XML bombs are made."""
    parser = expat.ParserCreate()
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
    parser.Parse(b"", True)


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
