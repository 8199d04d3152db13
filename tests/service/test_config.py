"""Settings from the environment."""

from pathlib import Path

import pytest

from graph.iris import Base
from graph.store import StoreError
from service.app import create_app
from service.config import Settings, SettingsError, usable_cores

NAMES = (
    "KZOP_STORE",
    "KZOP_BASE_IRI",
    "KZOP_PUBLIC_URL",
    "KZOP_LICENSE",
    "KZOP_PUBLISHER",
    "KZOP_TOKEN",
    "KZOP_QUERY_TIMEOUT",
    "KZOP_EVIDENCE_PATIENCE",
    "KZOP_QUERY_WORKERS",
    "KZOP_QUERY_MEMORY",
    "KZOP_WRITE_MEMORY",
    "KZOP_QUEUE",
    "KZOP_KEPT_ANSWERS",
    "KZOP_MAX_QUERY_BYTES",
    "KZOP_MAX_BODY_BYTES",
    "KZOP_SERVICE_ALLOW",
    "KZOP_CORS_ORIGINS",
    "KZOP_LOG_QUERIES",
    "KZOP_REMOTE",
    "KZOP_SNAPSHOT",
    "KZOP_SNAPSHOT_VERIFY",
)


def test_defaults() -> None:
    assert Settings.from_environment({}) == Settings(query_workers=usable_cores())


def test_every_setting_is_read() -> None:
    values = (
        "data/store",
        "https://example.org/kz/",
        "https://law.example.kz/",
        "https://law.example.kz/licence",
        "https://law.example.kz/about",
        "secret",
        "2.5",
        "1.5",
        "3",
        "100",
        "200",
        "5",
        "0",
        "1000",
        "2000",
        "a.example, B.example:8080",
        "https://c.example",
        "1",
        "remote.toml",
        "data/snapshots",
        "0",
    )
    expected = Settings(
        Path("data/store"),
        Base("https://example.org/kz/"),
        "https://law.example.kz/",
        "https://law.example.kz/licence",
        "https://law.example.kz/about",
        "secret",
        2.5,
        1.5,
        3,
        100,
        200,
        5,
        0,
        1000,
        2000,
        ("a.example", "b.example:8080"),
        ("https://c.example",),
        True,
        Path("remote.toml"),
        Path("data/snapshots"),
        False,
    )
    assert Settings.from_environment(dict(zip(NAMES, values, strict=True))) == expected


def test_every_setting_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
    assert [name for name in NAMES if f"`{name}`" not in text] == []
    assert len(NAMES) == len(Settings.__dataclass_fields__)


def test_empty_is_unset() -> None:
    assert Settings.from_environment(dict.fromkeys(NAMES, "")) == Settings.from_environment({})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KZOP_BASE_IRI", "example.org/"),
        ("KZOP_BASE_IRI", "https://example.org"),
        ("KZOP_BASE_IRI", "urn:x:/"),
        ("KZOP_BASE_IRI", "https://example.org/#/"),
        ("KZOP_BASE_IRI", "https://example.org/a b/"),
        ("KZOP_PUBLIC_URL", "https://example.org/<b>/"),
        ("KZOP_PUBLIC_URL", "https://example.org/?a=/"),
        ("KZOP_PUBLIC_URL", "http:///"),
        ("KZOP_PUBLIC_URL", "http://[/"),
        ("KZOP_QUERY_TIMEOUT", "soon"),
        ("KZOP_QUERY_TIMEOUT", "0"),
        ("KZOP_QUERY_TIMEOUT", "inf"),
        ("KZOP_QUERY_TIMEOUT", "nan"),
        ("KZOP_QUERY_WORKERS", "two"),
        ("KZOP_SERVICE_ALLOW", "http://a.example/"),
        ("KZOP_CORS_ORIGINS", "a.example"),
        ("KZOP_LOG_QUERIES", "perhaps"),
        ("KZOP_MAX_QUERY_BYTES", "0"),
        ("KZOP_MAX_QUERY_BYTES", "-1"),
        ("KZOP_MAX_QUERY_BYTES", "many"),
        ("KZOP_MAX_QUERY_BYTES", "²"),
    ],
)
def test_a_bad_value_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as caught:
        Settings.from_environment({name: value})
    assert "\n" not in str(caught.value)


def test_store_must_exist_and_have_the_base(tmp_path: Path, store_folder: Path) -> None:
    with pytest.raises(StoreError):
        create_app(Settings(store=tmp_path / "none"))
    with pytest.raises(StoreError):
        create_app(Settings(store=store_folder, base=Base("https://example.org/")))
