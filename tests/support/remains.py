"""Whether anything in this process still keeps what a citizen wrote: widgets, Kivy's caches, any object at all."""

import gc
from collections.abc import Iterator
from typing import Any


def remains(written: bytes) -> list[str]:
    """Who keeps a string that contains these words (UTF-8), by type and what holds it; empty when nobody does.

    The words come as bytes, put together from pieces, so that neither the test nor its source keeps them as a string.
    Every object that Python's collector knows is asked: widgets in and out of the window, their properties, labels and
    their options, function caches. Log records that a test has captured keep tracebacks: clear them first.
    """
    words = written.decode()
    gc.collect()
    return [*_in_the_heap(words), *_in_kivys_caches(words)]


def _in_the_heap(words: str) -> Iterator[str]:
    for holder in gc.get_objects():
        for kept in _strings(holder, depth=3):
            if words in kept and kept is not words:
                owners = {type(owner).__name__ for owner in gc.get_referrers(holder)} - {"list", "frame"}
                yield f"{type(holder).__name__} of {sorted(owners)}"
                break


def _strings(holder: Any, depth: int) -> Iterator[str]:
    """The strings an object holds, also in the small tuples and dicts that the collector does not watch."""
    for held in gc.get_referents(holder):
        kind = type(held)  # asking the object itself would wake Kivy's weak proxies, some of them dead
        if issubclass(kind, str):
            yield held
        elif depth and kind in (tuple, dict, frozenset) and not gc.is_tracked(held):
            yield from _strings(held, depth - 1)


def _in_kivys_caches(words: str) -> Iterator[str]:
    from kivy.cache import Cache

    for category, kept in Cache._objects.items():
        for key, entry in kept.items():
            if words in str(key) or words in str(entry.get("value", "")):
                yield f"Kivy's cache {category}"
