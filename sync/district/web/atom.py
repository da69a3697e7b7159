"""Make a feed in the Atom format (RFC 4287). Pure."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

from msgspec import Struct

from sync.district.times import rfc3339, start_of

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
_NAMESPACE = "http://www.w3.org/2005/Atom"
_UNFIT = re.compile("[^\\t\\n\\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Entry(Struct, frozen=True):
    """One piece of news: its address, which is its id too, a title, its day in Việt Nam, and its text."""

    address: str
    title: str
    on: date
    text: str


def _fit(text: str) -> str:
    """The text without what no XML may hold (XML 1.0 section 2.2)."""
    return _UNFIT.sub("", text)


def feed(address: str, title: str, author: str, entries: Sequence[Entry]) -> bytes:
    """The feed of the page at ``address``, the newest entry first."""
    root = ET.Element("feed", xmlns=_NAMESPACE)
    newest = max((start_of(each.on) for each in entries), default=datetime(2026, 1, 1, tzinfo=UTC))
    for name, text in (("id", f"{address}.atom"), ("title", title), ("updated", rfc3339(newest))):
        ET.SubElement(root, name).text = text
    ET.SubElement(ET.SubElement(root, "author"), "name").text = author
    ET.SubElement(root, "link", rel="self", type="application/atom+xml", href=f"{address}.atom")
    ET.SubElement(root, "link", rel="alternate", type="text/html", href=address)
    for each in entries:
        entry = ET.SubElement(root, "entry")
        for name, text in (("id", each.address), ("title", _fit(each.title)), ("updated", rfc3339(start_of(each.on)))):
            ET.SubElement(entry, name).text = text
        ET.SubElement(entry, "link", rel="alternate", type="text/html", href=each.address)
        ET.SubElement(entry, "content", type="text").text = _fit(each.text)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
