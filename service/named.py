"""The named queries over HTTP: a page with a form for each, or its result in any format."""

from itertools import dropwhile, groupby

from flask import Blueprint, Response, request

from graph.queries import BadParameter, NamedQuery, UnknownQuery, bind, catalogue, load
from service import web
from service.problem import bad_request, not_found
from service.protocol import Operation
from service.sparql import respond

blueprint = Blueprint("named", __name__, url_prefix="/queries")

OWN_PARAMETERS = {"format", "output", "bom", "ascii", "timeout", "callback"}
"""Parameters of the request that are not the query's."""


@blueprint.get("")
def index() -> Response:
    """List the named queries by their first tag, which is their subject."""

    def subject(query: NamedQuery) -> str:
        return query.tags[0] if query.tags else ""

    ordered = sorted(
        catalogue(web.dataset().base).values(), key=lambda query: (subject(query), query.name)
    )
    groups = [(name, list(group)) for name, group in groupby(ordered, key=subject)]
    return web.page("queries.html", groups=groups, title_of=title)


@blueprint.route("/<name>", methods=["GET", "POST"])
def query(name: str) -> Response:
    """Answer a named query in the negotiated form."""
    try:
        named = load(name, web.dataset().base)
    except UnknownQuery as error:
        raise not_found(str(error)) from error
    given = read_given(named)
    try:
        text = without_header(bind(named, given))
    except BadParameter as error:
        raise bad_request(str(error)) from error
    language = request.values.get("lang") or None
    asked = web.asked_format() or form_format()
    operation = Operation(text, format=asked, language=language, name=name)
    return respond(operation, "query.html", named=named, given=given, title=title(named))


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
