"""Requests as tools send them: every header as given, none added but Host and Content-Length."""

import http.client
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

FORM = "application/x-www-form-urlencoded"
KZOP = "https://w3id.org/kzop/ontology#"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
LAW = "https://w3id.org/kzop/id/eli/kz/law/2002-08-08/345-II"
PATH = "eli/kz/law/2002-08-08/345-II"
NAME = "2002 жылғы 8 тамыздағы № 345-II Заң"
SELECT = f'SELECT ?law ?name {{ ?law a <{KZOP}Law> ; <{LABEL}> ?name FILTER(LANG(?name) = "kk") }}'
CONSTRUCT = f"CONSTRUCT {{ ?law <{LABEL}> ?name }} WHERE {{ ?law a <{KZOP}Law> ; <{LABEL}> ?name }}"

Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        return self.headers["content-type"].partition(";")[0]


def send(
    port: int, method: str, target: str, headers: Headers = (), body: str | None = None
) -> Answer:
    """Send one request; a name may stand in `headers` several times."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        data = body.encode() if body is not None else None
        if data is not None:
            connection.putheader("Content-Length", str(len(data)))
        connection.endheaders(data)
        response = connection.getresponse()
        fields = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, fields, response.read())
    finally:
        connection.close()


def get(port: int, target: str, headers: Headers = (), **parameters: str) -> Answer:
    query = f"?{urlencode(parameters)}" if parameters else ""
    return send(port, "GET", target + query, headers)


def post_form(port: int, target: str, headers: Headers, **parameters: str) -> Answer:
    return send(port, "POST", target, [("Content-Type", FORM), *headers], urlencode(parameters))
