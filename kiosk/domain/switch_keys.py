"""The keys that a switch interface types for two switches, or for sip and puff."""

#: the switches in the order of the settings
SWITCHES = ("next", "choose")
#: Keys that switch interfaces type, by the number the window calls them.
KEYS = {"space": 32, "enter": 13, "tab": 9, "up": 273, "down": 274, "right": 275, "left": 276}
KEYS |= {f"f{number}": 281 + number for number in range(1, 13)}


def keys_of(words: str) -> dict[int, str]:
    """The two keys of a setting such as ``"f9 f10"``, by their number. Raises ``ValueError``.

    >>> keys_of("space enter")
    {32: 'next', 13: 'choose'}
    """
    names = words.lower().split()
    if names and (len(names) != 2 or names[0] == names[1] or not KEYS.keys() >= set(names)):
        raise ValueError(f"must be two of {', '.join(KEYS)}, the next and the choosing one, not {words!r}")
    return dict(zip((KEYS[name] for name in names), SWITCHES, strict=False))
