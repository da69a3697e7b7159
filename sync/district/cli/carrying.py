"""``district carry import PATH``: accept batches from a stick and write the responses back onto it."""

from argparse import Namespace
from pathlib import Path
from typing import Any

from sync.district.cli.context import Context, Stop
from sync.district.fleet.carrying import NotTaken, StickImport, answer_file, take
from sync.district.services import Services
from sync.protocol.batch import decode_batch
from sync.protocol.fields import Malformed
from sync.protocol.message import UnknownVersion
from sync.protocol.stick_files import ANSWER, FOLDER, StickTrouble, files, insist_on_a_folder, put, read


def add_parser(subparsers: Any) -> None:
    commands = subparsers.add_parser(
        "carry", help="batches of kiosks without a network, on a USB stick"
    ).add_subparsers(dest="carry_command", required=True, metavar="COMMAND")
    parser = commands.add_parser("import", help="accept the batches on a stick and write the responses onto it")
    parser.add_argument("path", type=Path, metavar="PATH", help="the stick's folder, or one file of it")
    parser.add_argument(
        "--answers", type=Path, metavar="FOLDER", help="where to write the responses (default: the same stick)"
    )
    parser.set_defaults(run=run)


def run(arguments: Namespace, context: Context) -> int:
    path: Path = arguments.path
    try:
        places, troubles = sort_batches(path)
        root = arguments.answers or root_of(path)
        insist_on_a_folder(root)
        services = context.services()
        taken = take_all(services, places, troubles, context)
        for device_id in sorted(taken):
            print(_line(taken[device_id], _write_answer(services, root, taken[device_id], context)))
    except StickTrouble as error:
        raise Stop(str(error)) from error
    for trouble in troubles:
        print(f"! {trouble}")
    if not taken and not troubles:
        print(f"! there is nothing of a kiosk on {path}; on the box: kiosk carry export FOLDER")
    return 0 if taken and not troubles else 1


def sort_batches(path: Path) -> tuple[list[Path], list[str]]:
    """The files of whole batches at ``path``, each box's in order; and what could not be read. They are read again one
    by one afterwards: a stick holds more than memory may."""
    found, troubles = [], []
    for place in files(path):
        if place.suffix.lower() == f".{ANSWER}" and place != path:
            continue
        try:
            batch = decode_batch(read(place))
            found.append((batch.device_id, batch.epoch, batch.first_seq, place))
        except UnknownVersion as error:
            troubles.append(f"{place.name}: {error}; update this district")
        except Malformed as error:
            troubles.append(f"{place.name}: {error}; export it again on the box, nothing of it was taken")
        except StickTrouble as error:
            troubles.append(str(error))
    return [place for *_, place in sorted(found)], troubles


def take_all(services: Services, places: list[Path], troubles: list[str], context: Context) -> dict[str, StickImport]:
    """Takes one batch after the other; one that is refused stops no other."""
    taken: dict[str, StickImport] = {}
    for place in places:
        try:
            take(services, decode_batch(read(place)), taken, context.now())
        except (NotTaken, Malformed, StickTrouble) as error:
            troubles.append(f"{place.name}: {error}")
    return taken


def root_of(path: Path) -> Path:
    """The stick's folder: what was named, or what holds the folder the named file is in."""
    if not path.is_file():
        return path
    return path.parent.parent if path.parent.name.lower() == FOLDER else path.parent


def _write_answer(services: Services, root: Path, one: StickImport, context: Context) -> Path:
    content = answer_file(services, one, context.now())
    written = put(root, content, ANSWER, content, lambda held: held == content)
    return written or root


def _line(one: StickImport, answer: Path) -> str:
    aside = f", {one.not_stored} refused or in conflict ('district verify')" if one.not_stored else ""
    return f"{one.device.device_id}: {one.stored} entries taken, {one.held} were here{aside}; answer in {answer}"
