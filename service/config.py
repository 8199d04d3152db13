"""The settings of the service: environment variables in, one frozen dataclass out."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from graph.iris import Base, is_web_address

CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
"""The licence of the data where no other is set."""


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
    license: str = CC0
    """`KZOP_LICENSE`: address of the licence that the data is published under."""
    publisher: str = ""
    """`KZOP_PUBLISHER`: web address of who publishes the data; "" names nobody."""
    token: str = ""
    """`KZOP_TOKEN`: what a client that may write sends as its Bearer token; "" allows no writes."""
    query_timeout: float = 30.0
    """`KZOP_QUERY_TIMEOUT`: seconds that a query or a write may take, waiting included."""
    evidence_patience: float = 10.0
    """`KZOP_EVIDENCE_PATIENCE`: seconds that the page of a named query waits for its quotes."""
    query_workers: int = 2
    """`KZOP_QUERY_WORKERS`: queries answered at once, each by a process; default: the cores."""
    query_memory: int = 1024
    """`KZOP_QUERY_MEMORY`: megabytes that one query may use."""
    write_memory: int = 4096
    """`KZOP_WRITE_MEMORY`: megabytes that the process which writes may use."""
    queue: int = 64
    """`KZOP_QUEUE`: requests that may wait for a worker; one more is told to come again."""
    kept_answers: int = 64
    """`KZOP_KEPT_ANSWERS`: megabytes of answers kept until the data changes; 0 keeps none."""
    max_query_bytes: int = 262_144
    """`KZOP_MAX_QUERY_BYTES`: longest query text accepted, in bytes of UTF-8."""
    max_body_bytes: int = 67_108_864
    """`KZOP_MAX_BODY_BYTES`: longest body of an update or a graph accepted, in bytes."""
    service_allow: tuple[str, ...] = ()
    """`KZOP_SERVICE_ALLOW`: hosts that SERVICE and LOAD may reach, separated by commas."""
    cors_origins: tuple[str, ...] = ("*",)
    """`KZOP_CORS_ORIGINS`: origins whose pages may read answers, by commas; `*` is all."""
    log_queries: bool = False
    """`KZOP_LOG_QUERIES`: whether the log has the text of queries, not only its hash."""
    remote: Path | None = None
    """`KZOP_REMOTE`: a TOML file (`graph.remote.endpoint`) of the engine that has the quads;
    None asks the embedded one."""
    snapshot: Path | None = None
    """`KZOP_SNAPSHOT`: what `kzop snapshot` made, served in place of a store, for reading only."""
    snapshot_verify: bool = True
    """`KZOP_SNAPSHOT_VERIFY`: whether every byte of a snapshot is compared before it is served."""

    @property
    def may_write(self) -> bool:
        """Whether there are clients that may write."""
        return bool(self.token) and self.snapshot is None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings; SettingsError if one of them is malformed. An empty value is unset."""
        values = os.environ if environ is None else environ

        def whole(name: str, default: int, least: int = 1) -> int:
            return whole_number(name, values, default, least)

        return cls(
            store=Path(values.get("KZOP_STORE") or "store"),
            snapshot=Path(values["KZOP_SNAPSHOT"]) if values.get("KZOP_SNAPSHOT") else None,
            snapshot_verify=switch("KZOP_SNAPSHOT_VERIFY", values, "1"),
            base=base_iri(values.get("KZOP_BASE_IRI") or ""),
            public_url=public_url(values.get("KZOP_PUBLIC_URL") or ""),
            license=web_iri("KZOP_LICENSE", values) or cls.license,
            publisher=web_iri("KZOP_PUBLISHER", values),
            token=values.get("KZOP_TOKEN") or "",
            query_timeout=seconds("KZOP_QUERY_TIMEOUT", values, cls.query_timeout),
            evidence_patience=seconds("KZOP_EVIDENCE_PATIENCE", values, cls.evidence_patience),
            query_workers=whole("KZOP_QUERY_WORKERS", usable_cores()),
            query_memory=whole("KZOP_QUERY_MEMORY", cls.query_memory),
            write_memory=whole("KZOP_WRITE_MEMORY", cls.write_memory),
            queue=whole("KZOP_QUEUE", cls.queue),
            kept_answers=whole("KZOP_KEPT_ANSWERS", cls.kept_answers, least=0),
            max_query_bytes=whole("KZOP_MAX_QUERY_BYTES", cls.max_query_bytes),
            max_body_bytes=whole("KZOP_MAX_BODY_BYTES", cls.max_body_bytes),
            service_allow=names(values.get("KZOP_SERVICE_ALLOW") or ""),
            cors_origins=origins(values.get("KZOP_CORS_ORIGINS") or "*"),
            log_queries=switch("KZOP_LOG_QUERIES", values),
            remote=Path(values["KZOP_REMOTE"]) if values.get("KZOP_REMOTE") else None,
        )


def usable_cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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


def web_iri(name: str, values: Mapping[str, str]) -> str:
    """Return the setting `name`, the web address of something, or "" if it is empty."""
    value = values.get(name) or ""
    if value and not is_web_address(value.rstrip("/") + "/"):
        raise SettingsError(
            f"{name} is {value!r}: write an http or https address, for example {CC0}"
        )
    return value


def whole_number(name: str, values: Mapping[str, str], default: int, least: int) -> int:
    """Return the setting `name` as a whole number of at least `least`."""
    value = values.get(name) or str(default)
    if not value.isascii() or not value.isdecimal() or int(value) < least:
        raise SettingsError(
            f"{name} is {value!r}: write a whole number of at least {least}, or leave it out"
        )
    return int(value)


def seconds(name: str, values: Mapping[str, str], default: float) -> float:
    """Return the setting `name` as a number of seconds above 0."""
    value = values.get(name) or str(default)
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not 0 < number < 1e9:
        raise SettingsError(f"{name} is {value!r}: write a number of seconds above 0")
    return number


def switch(name: str, values: Mapping[str, str], unset: str = "0") -> bool:
    """Return the setting `name` as yes or no."""
    value = (values.get(name) or unset).lower()
    if value not in ("0", "1", "true", "false", "yes", "no", "on", "off"):
        raise SettingsError(f"{name} is {value!r}: write 1 or 0")
    return value in ("1", "true", "yes", "on")


def names(value: str) -> tuple[str, ...]:
    """Return the host names in `value`, in lower case."""
    found = tuple(part.strip().lower() for part in value.split(",") if part.strip())
    for name in found:
        if "/" in name or " " in name:
            raise SettingsError(
                f"KZOP_SERVICE_ALLOW has {name!r}: write host names, or host:port, without http://"
            )
    return found


def origins(value: str) -> tuple[str, ...]:
    """Return the origins in `value`."""
    found = tuple(part.strip() for part in value.split(",") if part.strip())
    for origin in found:
        parts = urlsplit(origin)
        if origin != "*" and (not parts.netloc or parts.path or parts.scheme[:4] != "http"):
            raise SettingsError(
                f"KZOP_CORS_ORIGINS has {origin!r}: write *, or origins like https://example.org"
            )
    return found
