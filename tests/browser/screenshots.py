"""Takes the pictures of the documentation: `python -m browser.screenshots FOLDER`.

Each is a page over the sample, in a window of a desktop or a phone; run by `make screenshots`.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from browser.window import CHROMIUM, DESKTOP, PHONE
from chromium import QUIET
from playwright.sync_api import sync_playwright
from server import running

from graph.files import data_folder
from graph.iris import Base
from graph.pipeline import to_graphs
from graph.source import read
from graph.store import GraphStore

REPORT = "/documents/kz/resolution/2005-10-15/1033"
LAW = "eli/kz/law/2002-08-08/345-II"
PICTURES = {
    "home": ("/", "kk", "light", DESKTOP, 900),
    "reader": (REPORT, "kk", "light", DESKTOP, 900),
    "evidence": (f"{REPORT}?char=6437,6490;6499,6505", "kk", "dark", PHONE, 800),
    "penalty": ("/doc/penalty/code-criminal.art_162__para_2.1", "kk", "light", DESKTOP, 800),
    "search": ("/search?q=бала", "kk", "light", DESKTOP, 800),
    "query": ("/queries/conscription-age", "kk", "light", DESKTOP, 900),
    "sparql": ("/sparql", "kk", "light", DESKTOP, 800),
    "explore": (f"/explore?iri=https://w3id.org/kzop/id/{LAW}", "kk", "light", DESKTOP, 900),
    "ontology": ("/ontology", "ru", "dark", DESKTOP, 800),
    "api": ("/api", "en", "light", DESKTOP, 800),
}
"""Name -> path, language, scheme, width and height in CSS pixels."""


def main(folder: Path) -> None:
    """Write a PNG file for each of PICTURES."""
    source = read(data_folder("sample") / "report-2005.txt")
    with TemporaryDirectory() as temporary:
        store = Path(temporary) / "store"
        with GraphStore.open(store, create=True, base=Base()) as opened:
            opened.load_vocabulary()
            opened.put(to_graphs(source, Base()), source)
        with running(store) as port, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
            for name, (path, language, scheme, width, height) in PICTURES.items():
                page = browser.new_page(
                    base_url=f"http://127.0.0.1:{port}",
                    locale=language,
                    color_scheme=scheme,  # type: ignore[arg-type]
                    viewport={"width": width, "height": height},
                )
                page.goto("/documents", wait_until="networkidle")  # fetches the fonts
                page.goto(path, wait_until="networkidle")
                page.screenshot(path=folder / f"{name}.png")
                page.close()
            browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
