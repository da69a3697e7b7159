"""The district server: accepts sealed batches, opens them away from the network, counts, and shows the result."""

from importlib.metadata import PackageNotFoundError, version


def software_version() -> str:
    """The installed version, or ``0`` when run from an unpacked source tree."""
    try:
        return version("lang-nghe")
    except PackageNotFoundError:
        return "0"
