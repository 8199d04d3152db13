"""The description of the interface: openapi.yaml in; a document to serve, operations to show out.

Knows neither Flask nor the store.
"""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote, urlencode

import yaml

METHODS = ("get", "post", "put", "delete")
OWN = ("x-errors", "x-media")
"""Members that only help to write the file."""
TOKEN = "Authorization: Bearer $KZOP_TOKEN"
"""Header of a request that writes; the shell puts the token in."""


@dataclass(frozen=True)
class Operation:
    """A method of an address, ready for a page."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    needs_token: bool
    parameters: list[Mapping[str, Any]]
    """Members of each, with its description in the language of the page."""
    bodies: list[str]
    """Media types of the request."""
    answers: list[tuple[str, str, list[str]]]
    """Status, description, media types."""
    commands: list[str]
    """Examples, for a shell."""


@dataclass(frozen=True)
class Group:
    """The operations of one subject."""

    id: str
    title: str
    operations: list[Operation]


_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one in C is ten times as fast; not every build of PyYAML has it."""


class _Plain(yaml.SafeDumper):
    """Writes what occurs twice twice: other readers need not know aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        """Return True: nothing is an alias."""
        return True


@cache
def description() -> Mapping[str, Any]:
    """Return the document as it was written, but for the members that only helped to write it."""
    text = files("service").joinpath("openapi.yaml").read_text(encoding="utf-8")
    document: dict[str, Any] = yaml.load(text, Loader=_Loader)
    return {name: value for name, value in document.items() if name not in OWN}


def document(public_url: str) -> dict[str, Any]:
    """Return the document of the service at `public_url`, which ends in "/"."""
    return {**description(), "servers": [{"url": public_url.rstrip("/")}]}


def as_yaml(document: Mapping[str, Any]) -> str:
    """Return a document as YAML."""
    return yaml.dump(dict(document), Dumper=_Plain, allow_unicode=True, sort_keys=False, width=100)


def groups(language: str, public_url: str) -> list[Group]:
    """Return all operations by their subject, in the order of the file."""
    found = list(_operations(language, public_url))
    return [
        Group(
            tag["name"], _told(tag, language), [one for name, one in found if name == tag["name"]]
        )
        for tag in description()["tags"]
    ]


def examples() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the examples, each with the id of its operation."""
    for path in description()["paths"].values():
        for method in METHODS:
            for example in path.get(method, {}).get("x-examples", ()):
                yield path[method]["operationId"], example


def command(example: Mapping[str, Any], public_url: str) -> str:
    """Return an example as a command for a shell."""
    method = example.get("method", "GET")
    query: Mapping[str, str] = example.get("query", {})
    address = public_url.rstrip("/") + quote(example["path"], safe="/:.-_~")
    words = ["curl"] + ["-L"] * bool(example.get("follow"))
    words += ["-G"] * bool(query and method == "GET")
    words += ["-X", method] * (method not in ("GET", "POST"))
    if query and method != "GET":
        address += f"?{urlencode(query)}"
    words.append(shlex.quote(address))
    for name, value in example.get("headers", {}).items():
        words += ["-H", shlex.quote(f"{name}: {value}")]
    if example.get("token"):
        words += ["-H", f'"{TOKEN}"']
    for name, value in (example.get("form") or (query if method == "GET" else {})).items():
        words += ["--data-urlencode", shlex.quote(f"{name}={value}")]
    if "body" in example:
        words += ["--data-binary", shlex.quote(example["body"])]
    return " ".join(words)


def _operations(language: str, public_url: str) -> Iterator[tuple[str, Operation]]:
    """Yield each operation with its subject."""
    for path, item in description()["paths"].items():
        for method in METHODS:
            if method not in item:
                continue
            told = item[method]
            parameters = [*item.get("parameters", []), *told.get("parameters", [])]
            yield (
                told["tags"][0],
                Operation(
                    told["operationId"],
                    method.upper(),
                    path,
                    _told(told, language, "summary"),
                    told.get("description", "") if language == "en" else "",
                    bool(told.get("security")),
                    [_parameter(one, language) for one in parameters],
                    list(told.get("requestBody", {}).get("content", ())),
                    [_answer(status, one) for status, one in sorted(told["responses"].items())],
                    [command(one, public_url) for one in told.get("x-examples", ())],
                ),
            )


def _parameter(one: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    parameter = _resolved(one)
    return {**parameter, "description": _told(parameter, language)}


def _answer(status: str, one: Mapping[str, Any]) -> tuple[str, str, list[str]]:
    answer = _resolved(one)
    return status, answer["description"], list(answer.get("content", ()))


def _resolved(one: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a member stands for: itself, or the component that it refers to."""
    found: Any = one
    if "$ref" in one:
        found = description()
        for name in one["$ref"].removeprefix("#/").split("/"):
            found = found[name]
    return found  # type: ignore[no-any-return]


def _told(one: Mapping[str, Any], language: str, english: str = "description") -> str:
    return str(one.get(f"x-{language}") or one[english])
