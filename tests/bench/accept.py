"""Accepting batches at the district, beside an endpoint that only inserts, on the same database in the same run."""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext

from tests.bench.databases import KINDS, databases, district
from tests.bench.kinto import kinto_server, parcel
from tests.bench.load import Parcel, send_all
from tests.bench.options import Options
from tests.bench.senders import Sender, pool
from tests.bench.servers import Server, district_server, floor_server
from tests.bench.table import Row, Target, summed

CLIENTS = (1, 8, 32)
ENTRIES = {1: (300, 800, 960), 50: (5_000, 8_000, 12_800), 500: (10_000, 16_000, 32_000)}
FOR_KINTO = 64
"""Entries of a round: it takes about as many a second."""
FIFTYFOLD = Target("ratio", "≥", 50)
JSON = {"Content-Type": "application/json"}


def measure(options: Options) -> Iterator[Row]:
    for kind in KINDS:
        folder = options.folder / f"accept-{kind}"
        with (
            databases(kind, folder, ["district", "floor", "kinto"]) as (url, floor_url, kinto_url),
            district(url, folder / "data", max(CLIENTS)) as at,
            district_server(url, folder / "data") as server,
            floor_server(floor_url, folder) as floor,
            kinto_server(kinto_url, folder) if kind == "postgresql" else nullcontext() as kinto,
        ):
            bodies = pool(at.services.sealing_public_key)
            floor_senders = [Sender(sender.box) for sender in at.senders]  # a ledger of its own: no holes in the other
            for sender in (*at.senders, *floor_senders):
                sender.reuse(bodies)
            for size, totals in ENTRIES.items():
                for clients, total in zip(CLIENTS, totals, strict=True):
                    what = f"{kind}, batches of {size}, {clients} client{'s' if clients > 1 else ''}"
                    both = list(zip(at.senders, floor_senders, strict=True))[:clients]
                    yield from _cell(what, server, floor, kinto, both, size, total, options.rounds)


def _cell(
    what: str,
    server: Server,
    floor: Server,
    kinto: Server | None,
    senders: Sequence[tuple[Sender, Sender]],
    size: int,
    total: int,
    rounds: int,
) -> Iterator[Row]:
    each = max(1, total // size // len(senders))
    entries = each * size * len(senders)
    ours, floors, our_cpu, floor_cpu = [], [], [], []
    for _ in range(rounds):
        spent = send_all(floor, [Parcel(JSON, [bare.rows(size) for _ in range(each)]) for _, bare in senders])
        floors.append(entries / spent.wall)
        floor_cpu.append(spent.cpu * 1000 / entries)
        spent = send_all(server, [Parcel(_headers(sender), _bodies(sender, size, each)) for sender, _ in senders])
        ours.append(entries / spent.wall)
        our_cpu.append(spent.cpu * 1000 / entries)
    beside = "decode, insert, commit"
    target = Target("ratio", "≥", 0.6)
    yield Row("accept", what, "entries/s", summed(ours), beside, summed(floors), target)
    if kinto:
        few = senders[: max(1, FOR_KINTO // size)]
        parcels = [parcel(bare, size, max(1, FOR_KINTO // size // len(few))) for _, bare in few]
        sent = size * sum(len(one.bodies) for one in parcels)
        peer = [sent / send_all(kinto, parcels).wall]
        with_it = f"Kinto, {len(few)} at once"
        yield Row("accept", f"{what}: beside a peer", "entries/s", summed(ours), with_it, summed(peer), FIFTYFOLD)
    yield Row("accept", f"{what}: processor", "s per 1,000", summed(our_cpu), beside, summed(floor_cpu))


def _bodies(sender: Sender, size: int, each: int) -> list[bytes]:
    return [sender.body(size) for _ in range(each)]


def _headers(sender: Sender) -> dict[str, str]:
    return JSON | {"Content-Encoding": "gzip", "Authorization": f"Bearer {sender.token}"}
