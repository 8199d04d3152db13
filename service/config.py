"""The settings of the service: environment variables in, one frozen dataclass out."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from graph.iris import Base, is_web_address

MAX_QUERY_BYTES = 262_144
"""Default of `KZOP_MAX_QUERY_BYTES`: the parser of the engine holds the lock of the interpreter."""


class SettingsError(ValueError):
    """A setting has a value that cannot be used; the message names it and says what to write."""


@dataclass(frozen=True)
class Settings:
    """Everything that the service can be told; each field has the environment variable it is."""

    store: Path = Path("store")
    """`KZOP_STORE`: the store folder that `kzop build` made."""
    base: Base | None = None
    """`KZOP_BASE_IRI`: the base IRI that the store must have; None accepts the store's own."""
    public_url: str = ""
    """`KZOP_PUBLIC_URL`: where this service stands, ending in "/"; "" takes it from each request.

    Only descriptions of the service itself use it (endpoint and document addresses)."""
    max_query_bytes: int = MAX_QUERY_BYTES
    """`KZOP_MAX_QUERY_BYTES`: longest query text accepted, in bytes of UTF-8."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings; SettingsError if one of them is malformed. An empty value is unset."""
        values = os.environ if environ is None else environ
        return cls(
            store=Path(values.get("KZOP_STORE") or "store"),
            base=base_iri(values.get("KZOP_BASE_IRI") or ""),
            public_url=public_url(values.get("KZOP_PUBLIC_URL") or ""),
            max_query_bytes=positive("KZOP_MAX_QUERY_BYTES", values, MAX_QUERY_BYTES),
        )


def base_iri(value: str) -> Base | None:
    """Return the base IRI in `value`, or None if it is empty."""
    if not value:
        return None
    if not is_web_address(value):
        raise SettingsError(
            f"KZOP_BASE_IRI is {value!r}: write an http or https IRI that ends in '/', "
            "for example https://w3id.org/kzop/"
        )
    return Base(value)


def public_url(value: str) -> str:
    """Return the public address in `value`, or "" if it is empty."""
    if value and not is_web_address(value):
        raise SettingsError(
            f"KZOP_PUBLIC_URL is {value!r}: write the http or https address of this service, "
            "ending in '/', for example https://law.example.kz/"
        )
    return value


def positive(name: str, values: Mapping[str, str], default: int) -> int:
    """Return the setting `name` as a whole number above 0."""
    value = values.get(name) or str(default)
    if not value.isascii() or not value.isdecimal() or int(value) == 0:
        raise SettingsError(f"{name} is {value!r}: write a whole number above 0, or leave it out")
    return int(value)
