"""The pages of documents: the list of them, and the reader, which shows a text and what it says."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property, partial
from threading import Lock
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup
from pyoxigraph import NamedNode

from graph import vocab
from graph.normalise import Normalised
from graph.storage.records import DocumentRecord
from service import web
from service.documents.arguments import Asked, read_arguments
from service.documents.documents import IS_ANNEX_OF, find_work, read_document, work_path
from service.documents.highlight import shorten
from service.documents.library import TITLE, Library
from service.documents.reading import KEPT as KEPT_TEXTS
from service.documents.reading import Reading, Readings, Unit
from service.documents.sheet import Look, Sheet, lay_out, mended, places_of, window_of
from service.engine.dataset import Dataset, lexical
from service.engine.kept import Kept, Recent
from service.http.language import messages
from service.http.problem import not_found
from service.things.kinds import KINDS

ALL_KINDS = (*KINDS, "other")
KEPT = 16_000_000
"""Bytes of the texts of pages that are kept ready."""
PER_PAGE = 50
"""Documents on a page of the list."""
LONGEST_HEADING = 90
"""Characters of a heading in the table of contents."""
CITED = NamedNode(vocab.cited)
BEARER = NamedNode(vocab.bearer)
ACTION = NamedNode(vocab.actionText)
STATED_IN = NamedNode(vocab.statedIn)

blueprint = Blueprint("reader", __name__)


class Shelf:
    """What is kept of one version of the data for its pages."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self.readings = Readings(_cleaned)
        self._library: Library | None = None
        self._listing = Lock()
        self._kept = Kept(KEPT)
        self._lock = Lock()

    def library(self, dataset: Dataset) -> Library:
        """Return the list of the documents, made when it is first asked for."""
        with self._listing:
            self._library = self._library or Library(dataset)
            return self._library

    def part(self, key: tuple[str, ...], make: Callable[[], str]) -> Markup:
        """Return the HTML that `make` makes, from what is kept if it was made before."""
        tag = "\n".join(key)
        with self._lock:
            known = self._kept.get(tag)
        if known is None:
            known = make().encode()
            with self._lock:
                self._kept.put(tag, known)
        return Markup(known.decode())


_cleaned = Recent[Normalised](KEPT_TEXTS)
"""The clean texts of documents, by their SHA-256: a change of the data does not change them."""
_shelves: WeakKeyDictionary[Dataset, Shelf] = WeakKeyDictionary()
_shelving = Lock()


def shelf() -> Shelf:
    """Return the shelf of the data that the current request reads."""
    dataset = web.dataset()
    with _shelving:
        if dataset not in _shelves:
            # The shelf must not know its dataset: it would keep it alive for ever.
            _shelves[dataset] = Shelf()
        return _shelves[dataset]


@blueprint.get("/documents")
def documents() -> Response:
    """List the documents of the store, page by page."""
    dataset = web.dataset()
    library = shelf().library(dataset)
    words, kind, year = (request.args.get(name, "").strip() for name in ("q", "type", "year"))
    found = library.find(dataset, words[:1000], kind, year)
    number = page_number(max(1, -(-len(found) // PER_PAGE)))
    first = (number - 1) * PER_PAGE
    shown = [library.listed(dataset, record) for record in found[first : first + PER_PAGE]]
    chosen = {
        name: value for name, value in (("q", words), ("type", kind), ("year", year)) if value
    }
    return web.page(
        "documents.html",
        documents=shown,
        total=len(found),
        counts=library.counts(dataset, shown),
        page=number,
        pages=-(-len(found) // PER_PAGE),
        chosen=chosen,
        types=library.types,
        years=library.years,
        address=partial(address, "/documents", chosen),
    )


def page_number(most: int) -> int:
    """Return the number that `page=` asks for, 1 to `most`. Raises the 404 for another."""
    asked = request.args.get("page", "1")
    if not asked.isdecimal() or not 1 <= int(asked[:9]) <= most:
        raise not_found(f"page={asked[:20]}: there are pages 1 to {most}")
    return int(asked)


def address(path: str, chosen: dict[str, str], **changes: object) -> str:
    """Return the address of a page with the chosen parameters, changed; None takes one away."""
    values = {**chosen, **changes}
    query = urlencode(
        {name: value for name, value in values.items() if value is not None}, safe=",;"
    )
    return f"{path}?{query}" if query else path


@blueprint.get("/documents/<path:path>")
def document(path: str) -> Response:
    """Show the text of a document, or, without its text, what the graph knows of its provisions."""
    dataset = web.dataset()
    work = find_work(dataset, path)
    if work is None:
        raise not_found(f"the graph has no document {path!r}: see /documents for those it has")
    records = dataset.store.records.of_work(work.value)
    if not records:
        return without_text(work)
    record = chosen_text(records, request.args.get("text", ""))
    reading = shelf().readings.get(dataset, record)
    if reading is None:
        return without_text(work)
    return Reader(work, records, reading).page()


def without_text(work: NamedNode) -> Response:
    """Show a document of which the store has no text as the tree of its known provisions."""
    dataset = web.dataset()
    holders = [node for node in dataset.values(work, IS_ANNEX_OF) if isinstance(node, NamedNode)]
    held = [
        (node, f"/documents/{work_path(dataset, node.value)}")
        for node in sorted(holders, key=str)
        if dataset.store.records.of_work(node.value)
    ]
    trees = read_document(dataset, work, in_text=bool(held))
    return web.page("document.html", work=work, held=held, trees=trees)


def chosen_text(records: list[DocumentRecord], asked: str) -> DocumentRecord:
    """Return the text that `text=` asks for, else the one whose address sorts last: the newest."""
    if not asked:
        return max(records, key=lambda record: record.text_iri)
    for record in records:
        if record.sha256.startswith(asked.lower()) and len(asked) >= 6:
            return record
    known = ", ".join(record.sha256[:12] for record in records)
    raise not_found(f"text={asked[:20]}: this document has the texts {known}")


@dataclass(frozen=True)
class Stated:
    """One thing that a provision states, ready for the page."""

    node: NamedNode
    kind: str
    place: str
    """Id of the element at which it is stated."""
    about: list[NamedNode]
    """Who bears it, or what is cited."""
    action: str
    elsewhere: list[NamedNode]
    """Other provisions that state it."""


class Reader:
    """One page of a document for the current request."""

    def __init__(self, work: NamedNode, records: list[DocumentRecord], reading: Reading) -> None:
        """Read the parameters of the request. Raises the 400 and 404 for wrong ones."""
        self.work, self.records, self.reading = work, records, reading
        self.asked: Asked = read_arguments(request.args, reading)
        self.show = web.presenter()
        self.path = request.path
        chosen: dict[str, str] = {}
        if len(records) > 1:
            chosen["text"] = reading.record.sha256[:12]
        if request.args.get("view"):
            chosen["view"] = self.asked.view
        if self.asked.kinds != frozenset(ALL_KINDS):
            chosen["kinds"] = ",".join(k for k in ALL_KINDS if k in self.asked.kinds)
        self.address: Callable[..., str] = partial(address, self.path, chosen)

    def page(self) -> Response:
        """Return the page."""
        asked, reading = self.asked, self.reading
        current = reading.pages[asked.page]
        key = (reading.record.doc, web.language(), self.address(page=asked.page, view=asked.view))
        keep = shelf().part
        return web.page(
            "reader.html",
            work=self.work,
            title=lexical(web.dataset().value(self.work, TITLE)),
            record=reading.record,
            records=self.records,
            asked=asked,
            reading=reading,
            kinds=[kind for kind in ALL_KINDS if reading.counts[kind]],
            counts=Counter(reading.mentions[i].kind for i in current.mentions),
            text=keep((*key, "text", asked.char), self.text),
            beside=keep((*key, "beside"), self.beside),
            marked=self.marked(),
            rests=dict.fromkeys((m.kind, m.node) for m in reading.at(asked.marked)),
            address=self.address,
            mended=mended(reading, *window_of(current, "repaired")),
        )

    def text(self) -> str:
        """Return the HTML of the text."""
        return self.render("reader_text.html", stated=self.stated(self.sheet))

    def beside(self) -> str:
        """Return the HTML of what stands beside the text."""
        return self.render("reader_beside.html", contents=self.contents(), here=self.here())

    def render(self, template: str, **values: object) -> str:
        """Return a part of the page."""
        return render_template(
            template,
            asked=self.asked,
            reading=self.reading,
            sheet=self.sheet,
            kinds=ALL_KINDS,
            address=self.address,
            unit_address=self.unit_address,
            heading=self.heading,
            show=cache(self.show),
            **values,
        )

    @cached_property
    def sheet(self) -> Sheet:
        """The page, laid out."""
        page = self.reading.pages[self.asked.page]
        nodes = {self.reading.mentions[i].node for i in page.mentions}
        self.show.names.read_ahead(nodes, CITED, BEARER, STATED_IN)
        look = Look(
            self.asked.view,
            self.asked.kinds,
            self.asked.marked,
            messages()[web.language()],
            self.show.label,
            self.show.link,
        )
        return lay_out(self.reading, page, look)

    def unit_address(self, unit: Unit) -> str:
        """Return the lasting address of a provision in its text."""
        return f"{self.address(at=unit.anchor)}#{unit.anchor}"

    def heading(self, unit: Unit) -> str:
        """Return the heading or number of a provision."""
        found = places_of(self.reading, "repaired", ((unit.start, unit.end),))
        text = " ".join(self.reading.text.text[start:end] for start, end in found)
        return shorten(text, LONGEST_HEADING)

    def here(self) -> list[tuple[int, Unit]]:
        """Return the headings of this page with their levels."""
        return [(piece.level, piece.units[0]) for piece in self.sheet.pieces if piece.level]

    def contents(self) -> list[tuple[int, Unit | None, Unit | None]]:
        """Return for each page its index and its first and last heading."""
        found: list[tuple[int, Unit | None, Unit | None]] = []
        for number, page in enumerate(self.reading.pages):
            heads = [i for i in page.units if self.reading.units[i].is_heading] or page.units
            first, last = (heads[0], heads[-1]) if heads else (None, None)
            units = self.reading.units
            found.append(
                (
                    number,
                    None if first is None else units[first],
                    None if last is None or last == first else units[last],
                )
            )
        return found

    def stated(self, sheet: Sheet) -> dict[int, list[Stated]]:
        """Return what the provisions of this page state: start of the piece behind which it is."""
        dataset = web.dataset()
        found: dict[int, list[Stated]] = {}
        for piece in sheet.pieces:
            own = {unit.node for unit in piece.units}
            for entry in piece.stated:
                node = entry.node
                property_ = CITED if entry.kind == "citation" else BEARER
                about = (t for t in dataset.values(node, property_) if isinstance(t, NamedNode))
                places = (t for t in dataset.values(node, STATED_IN) if isinstance(t, NamedNode))
                stated = Stated(
                    node,
                    entry.kind,
                    entry.places[0],
                    sorted(about, key=str),
                    lexical(dataset.value(node, ACTION)),
                    sorted(set(places) - own, key=str) if entry.kind == "norm" else [],
                )
                found.setdefault(piece.start, []).append(stated)
        return found

    def marked(self) -> list[tuple[str, str, str]]:
        """Return for each range that was asked for: its numbers, its words, its address."""
        return [
            (
                f"{start}–{end}",
                self.reading.original[start:end],
                f"{self.address(char=self.asked.char)}#char={start},{end}",
            )
            for start, end in self.asked.marked
        ]
