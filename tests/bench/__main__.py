"""`./run bench`: start the real server on the content of a bench, measure pages and writes, print one table.
`./run bench media` measures the making of recordings, their parts on the way out beside nginx, and a large upload, and
ends with 1 where a goal is missed, and so does `./run bench reports`, about a programme of ten thousand learners;
`./run bench search` the search in what is said, which the last line of the table tells as well."""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.bench import load, media, ranges, reports, search
from tests.bench.client import Call, Client
from tests.bench.processes import memory_mib
from tests.bench.statements import Statements
from tests.bench.targets import TARGETS, calls_of
from tests.browser.server import Server

LEARNERS = 40
HEAD = f"{'target':<10}{'kB':>7}{'kB br':>7}{'SQL':>5}"


def main() -> None:
    """Bounded: each target runs for so many seconds at each number of clients."""
    wanted = _arguments()
    if wanted.only == ["media"]:
        kept = [media.main(wanted.minutes), ranges.main(wanted.seconds, wanted.gigabytes)]
        sys.exit(0 if all(kept) else 1)
    if wanted.only == ["reports"]:
        sys.exit(0 if reports.main(wanted.learners) else 1)
    if wanted.only == ["search"]:
        return search.main(wanted.hours)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        server = Server(Path(folder) / "data", settings={"LOG_LEVEL": "warning"})
        server.flask("db", "upgrade")
        ids = json.loads(server.flask("demo", "bench", timeout=900).splitlines()[-1])
        server.start(worker=False)
        try:
            _measure(server, ids, wanted)
        finally:
            server.stop()
    if not wanted.only:
        search.main(wanted.hours)


def _measure(server: Server, ids: dict[str, str], wanted: argparse.Namespace) -> None:
    clients = [Client(server.base).sign_in(f"learner{i}") for i in range(1, LEARNERS + 1)]
    counts = [int(n) for n in wanted.clients.split(",")]
    statements = Statements(server.env)
    print(HEAD + "".join(f"{f'{n}: req/s':>11}{'CPU ms':>8}{'p50 ms':>8}{'failed':>7}" for n in counts))
    for target in wanted.only or TARGETS:
        per_learner = [calls_of(target, client, ids) for client in clients]
        calls = [calls[k] for k in range(len(per_learner[0])) for calls in per_learner]
        for call in per_learner[0]:
            load.check(server.base, call)
        raw, small = _weight(clients[0], per_learner[0][0])
        print(f"{target:<10}{raw:>7}{small:>7}{statements.of(per_learner[0][0]):>5}", end="", flush=True)
        for n in counts:
            m = load.measure(server.base, calls, n, wanted.seconds, server.pids)
            print(f"{m.per_second:>11.0f}{m.cpu_ms:>8.2f}{m.median_ms:>8.1f}{m.failed:>7}", end="", flush=True)
        print()
    print(f"Memory of the server: {memory_mib(server.pids):.0f} MiB. The clients share this machine's cores.")


def _weight(client: Client, call: Call) -> tuple[str, str]:
    """Kilobytes of a page as it is and as it travels; a write's answer is not weighed."""
    if call.method != "GET" or "Range" in call.headers:
        return "", ""
    sizes = [len(client.ask(call.path, headers={"Accept-Encoding": kind})[3]) for kind in ("identity", "br")]
    return f"{sizes[0] / 1000:.1f}", f"{sizes[1] / 1000:.1f}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("only", nargs="*", help=f"targets, of: {' '.join(TARGETS)}; or media; or search; or reports")
    parser.add_argument("--seconds", type=int, default=4, help="length of each run")
    parser.add_argument("--minutes", type=float, default=3, help="length of the recording that media makes")
    parser.add_argument("--gigabytes", type=float, default=10, help="size of the upload that media sends")
    parser.add_argument("--hours", type=int, default=100, help="length of what search looks through")
    parser.add_argument("--learners", type=int, default=10_000, help="how many reports are about")
    parser.add_argument("--clients", default="1,8,32", help="numbers of clients")
    return parser.parse_args()


if __name__ == "__main__":
    main()
