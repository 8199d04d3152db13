"""The named queries over HTTP: a page with a form for each, or its result in any format."""

from itertools import dropwhile, groupby
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from graph.querying.queries import BadParameter, NamedQuery, UnknownQuery, bind, catalogue, load
from service import web
from service.http.negotiate import SELECT_OFFERS, Offer, prefers_page
from service.http.problem import Problem, bad_request, not_found
from service.sparql.protocol import Operation
from service.sparql.queryform import fields, told_once
from service.sparql.sparql import respond

blueprint = Blueprint("named", __name__, url_prefix="/queries")

OWN_PARAMETERS = {"format", "output", "bom", "ascii", "timeout", "callback", "evidence"}
"""Parameters of the request that are not the query's."""
QUERY_TEXT = Offer("application/sparql-query", ("rq",))
"""The text of a query itself, as format=rq asks for it."""
SUBJECTS = (
    "norms",
    "penalties",
    "ages",
    "bodies",
    "implementation",
    "measures",
    "statistics",
    "citations",
    "treaties",
    "evidence",
)
"""First tags, in the order of the list; the word for each is `subject_NAME`."""
ASKERS = ("committee-member", "data-curator", "legal-researcher", "ngo-monitor")
"""Tags that say who asks; the word for each is `asker_NAME`."""


@blueprint.get("")
def index() -> Response:
    """List the named queries by their first tag, which is their subject."""

    def subject(query: NamedQuery) -> int:
        return SUBJECTS.index(query.tags[0])

    found = catalogue(web.dataset().base).values()
    ordered = sorted(found, key=lambda query: (subject(query), title(query)))
    groups = [(SUBJECTS[place], list(group)) for place, group in groupby(ordered, key=subject)]
    return web.page("queries.html", groups=groups, title_of=title, asker_of=asker)


@blueprint.route("/<name>", methods=["GET", "POST"])
def query(name: str) -> Response:
    """Answer a named query in the negotiated form; a page has evidence unless evidence=0."""
    try:
        named = load(name, web.dataset().base)
    except UnknownQuery as error:
        raise not_found(str(error)) from error
    form = web.asked_format() or form_format()
    if form == "rq":
        return web.data(bind_given(named, read_given(named)).encode(), QUERY_TEXT, None)
    is_page = prefers_page(request.headers.get("Accept"), form, SELECT_OFFERS)
    given = read_given(named)
    asked = request.values.get("evidence") or ("1" if is_page else "0")
    if asked not in ("0", "1"):
        raise bad_request(f"evidence={asked}: write 1 for the quotes beside each row, or 0")
    has_evidence = asked == "1"
    if is_page and "lang" in {param.name for param in named.params}:
        given = {**given, "lang": web.language()}
    quoted = urlencode([*given.items(), ("evidence", "1")])
    shown: dict[str, object] = {
        "named": named,
        "title": title(named),
        "description": named.descriptions.get(web.language(), named.description),
        "fields": fields(named, given, web.presenter()) if is_page else (),
        "evidence": has_evidence,
        "told_once": told_once,
        "quoted": f"/queries/{name}?{quoted}",
        "downloads": downloads(named, given, has_evidence=has_evidence) if is_page else (),
    }
    try:
        text = bind_given(named, given)
    except Problem:
        if not is_page:
            raise
        page = web.page("query.html", query="", table=None, names=(), **shown)
        page.status_code = 400
        return page
    language = request.values.get("lang") or None
    resting = named.evidence if has_evidence else ()
    operation = Operation(text, format=form, language=language, name=name, evidence=resting)
    return respond(operation, "query.html", **shown)


def bind_given(named: NamedQuery, given: dict[str, str]) -> str:
    """Return the text of a query with what was given. Raises the 400."""
    try:
        return without_header(bind(named, given))
    except BadParameter as error:
        raise bad_request(str(error)) from error


def downloads(
    named: NamedQuery, given: dict[str, str], *, has_evidence: bool
) -> list[tuple[str, str, str]]:
    """Return the other forms of an answer: name, media type, address."""
    asked = [*given.items(), *([("evidence", "1")] if has_evidence else [])]

    def address(**more: str) -> str:
        return f"/queries/{named.name}?{urlencode([*asked, *more.items()])}"

    found = [
        (offer.names[0].upper(), offer.media_type, address(format=offer.names[0]))
        for offer in SELECT_OFFERS
    ]
    return [*found, ("CSV (Excel)", "text/csv", address(format="csv", bom="1"))]


def read_given(named: NamedQuery) -> dict[str, str]:
    """Return the parameters of the request that are for `named`; an empty one is not given.

    `lang` is the language of the page too, so a query without such a parameter ignores it.
    """
    has_language = any(param.name == "lang" for param in named.params)
    own = OWN_PARAMETERS if has_language else OWN_PARAMETERS | {"lang"}
    given: dict[str, str] = {}
    for name, values in [*request.args.lists(), *request.form.lists()]:
        if name in own:
            continue
        if len(values) > 1 or name in given:
            raise bad_request(f"the parameter {name}= is given more than once: send it once")
        if values[0]:
            given[name] = values[0]
    return given


def without_header(text: str) -> str:
    """Return the text of a query file without its leading `#+` lines."""
    lines = text.splitlines(keepends=True)
    return "".join(dropwhile(lambda line: line.startswith("#+"), lines))


def form_format() -> str | None:
    """Return the `format=` or `output=` of a form body, or None."""
    return request.form.get("format") or request.form.get("output") or None


def title(named: NamedQuery) -> str:
    """Return the question that a query answers, in the language of the page."""
    return named.titles.get(web.language()) or named.summary


def asker(named: NamedQuery) -> str:
    """Return the tag that says who asks."""
    return next((tag for tag in named.tags if tag in ASKERS), "")
