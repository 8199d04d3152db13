"""What a page costs: CPU and bytes of each address of a running service (Linux).

In come addresses and a store: the sample, a store folder (`--store`), or a synthetic one made for
it (`--documents N`, `--huge` for an act of 1.3 million characters besides). Out comes a table: the
processor time of the first request and of one of `--times` further ones, over all processes of the
service, so that other work on the machine counts little. `python -m benchmarks.pages --documents
1000 --keep DIR /documents /doc/org/mfa` keeps the store in DIR and uses it again.
"""

import argparse
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.served import KZOP, Served, print_table, serving
from benchmarks.synthetic import act, write
from graph.files import data_folder

HUGE_ARTICLES = 3150
"""Articles of the act that `--huge` adds: 1.3 million characters."""
HUGE_NUMBER = 7
"""The number of the invented act that they make."""
PREPARING = 900.0
"""Seconds that the service may need to count its data and make its text index."""
SAMPLE = "/documents/kz/resolution/2005-10-15/1033"
CODE = "/doc/eli/kz/code/criminal"
ID = "https://w3id.org/kzop/id"
PATHS = (
    "/",
    "/documents",
    "/documents?page=2",
    "/documents?q=қаулы",
    "/documents?year=2005",
    SAMPLE,
    f"{SAMPLE}?view=original",
    f"{SAMPLE}?char=13191,13275",
    f"{SAMPLE}?kinds=norm,penalty",
    "/documents/kz/law/2002-08-08/345-II",
    CODE,
    f"{CODE}/art_162",
    f"{CODE}/art_162.ttl",
    f"{CODE}/art_162.gexf",
    "/doc/eli/kz/code/civil",
    "/doc/eli/kz/constitution",
    "/doc/eli/kz/constitution?show=evidence",
    "/doc/org/mfa",
    "/doc/org/government",
    "/doc/org/government.ttl",
    "/doc/org/government.jsonld",
    "/doc/party/unspecified",
    "/doc/party/unspecified.ttl",
    "/doc/norm/crc-opac.art_2.1",
    "/doc/penalty/code-criminal.art_162__para_4.1",
    "/doc/age/compulsory-recruitment_18i-27e",
    "/doc/stat/resolution-2005-10-15-1033-annex_1.para_20.2",
    "/doc/measure/resolution-2005-10-15-1033-annex_1.para_18.3",
    "/doc/citation/23ba4fdfe30bdccd",
    "/doc/mention/0297728b47b5e68f",
    "/doc/place/akmola",
    "/search",
    "/search?q=бала",
    "/search?q=бала&kind=norm",
    "/search?q=заң",
    "/search?kind=norm",
    "/search?kind=act",
    "/search?q=жоқсөз",
    "/queries",
    "/queries/penalties-article-162",
    "/queries/laws-per-protocol-article",
    "/queries/most-cited",
    "/queries/evidence-of-penalties",
    "/sparql",
    "/sparql/terms.json",
    "/explore",
    f"/explore?iri={ID}/eli/kz/code/criminal",
    f"/explore/neighbours?iri={ID}/org/government",
    f"/explore/neighbours?iri={ID}/party/unspecified",
    "/ontology",
    "/code",
    "/code/docType",
    "/code/docType/law",
    "/graph",
    "/graph/codes",
    "/dataset",
    "/.well-known/void",
    "/rdf/statistics/summary",
    "/context.jsonld",
    "/reconcile/preview?id=org/mia",
    "/api",
    "/openapi.json",
    "/sitemap.xml",
    "/sitemap/documents-1.xml",
    "/sitemap/norm-1.xml",
    "/sitemap/provision-1.xml",
    "/doc/absent",
)
"""A page of every kind, and the things that most is said of; `--huge` adds those of a large act."""
HUGE_PATH = "/documents/kz/resolution/1997-06-13/7"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", help="addresses to measure, without a host")
    parser.add_argument("--store", type=Path, help="measure this store")
    parser.add_argument("--documents", type=int, default=0, help="invented acts beside the sample")
    parser.add_argument("--huge", action="store_true", help="add an act of 1.3 million characters")
    parser.add_argument("--keep", type=Path, help="keep the store in this folder, or use it again")
    parser.add_argument("--times", type=int, default=20, help="requests after the first")
    chosen = parser.parse_args()
    paths = chosen.paths or [*PATHS, *huge_paths(chosen.huge)]
    with tempfile.TemporaryDirectory() as name:
        store = chosen.store or chosen.keep or Path(name) / "store"
        if not (store / "manifest.json").exists():
            build(store, Path(name) / "texts", chosen.documents, huge=chosen.huge)
        with serving(store) as served:
            # What begins after a pause, such as the text index, is waited for too.
            assert served.rest(seconds=PREPARING, looks=6), "the service does not come to rest"
            report(served, paths, chosen.times)


def huge_paths(huge: bool) -> list[str]:
    if not huge:
        return []
    return [
        HUGE_PATH,
        f"{HUGE_PATH}?view=original",
        f"{HUGE_PATH}?page=12",
        f"{HUGE_PATH}?char=700000,700040",
        f"/doc{HUGE_PATH.removeprefix('/documents').replace('/kz', '/eli/kz')}",
    ]


def build(store: Path, texts: Path, documents: int, *, huge: bool) -> None:
    """Build a store of the sample, invented acts and, if wanted, a large one."""
    write(texts, documents)
    texts.mkdir(exist_ok=True)
    report = data_folder("sample") / "report-2005.txt"
    (texts / "report.txt").write_bytes(report.read_bytes())
    if huge:
        # The small act of that number would be another text of the same work.
        (texts / "000" / f"act-{HUGE_NUMBER:06}.txt").unlink(missing_ok=True)
        (texts / "huge.txt").write_text(act(HUGE_NUMBER, HUGE_ARTICLES), encoding="utf-8")
    command = [str(KZOP), "build", "--store", str(store), str(texts)]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)


def report(served: Served, paths: Sequence[str], times: int) -> None:
    """Print what each address costs."""
    rows: list[tuple[object, ...]] = []
    for path in paths:
        first, seconds, status, size = once(served, path)
        before = served.ticks()
        walls = [seconds]
        for _ in range(times):
            _, seconds, status, size = once(served, path, count=False)
            walls.append(seconds)
        after = (served.ticks() - before) * 10 / max(1, times)
        middle = statistics.median(walls[1:] or walls) * 1000
        rows.append((path, status, f"{first:.0f}", f"{after:.0f}", f"{middle:.0f}", size // 1000))
    print_table(("page", "status", "first CPU ms", "CPU ms", "wall ms", "kB"), rows)


def once(served: Served, path: str, *, count: bool = True) -> tuple[float, float, int, int]:
    """Ask for a page; return milliseconds of CPU, seconds, status and bytes."""
    before = served.ticks() if count else 0
    started = time.monotonic()
    target = path_in_ascii(path)
    answer = served.request("GET", target, Accept="text/html", Accept_Language="kk")
    seconds = time.monotonic() - started
    used = (served.ticks() - before) * 10 if count else 0
    return used, seconds, answer.status, len(answer.body)


def path_in_ascii(path: str) -> str:
    """Return an address as a client sends it."""
    return "".join(c if c.isascii() else "".join(f"%{b:02X}" for b in c.encode()) for c in path)


if __name__ == "__main__":
    main()
