"""Settings from the environment."""

from pathlib import Path

import pytest

from graph.iris import Base
from graph.store import StoreError
from service.app import create_app
from service.config import Settings, SettingsError


def test_defaults() -> None:
    assert Settings.from_environment({}) == Settings(Path("store"), None, "", 262_144)


def test_every_setting_is_read() -> None:
    values = {
        "KZOP_STORE": "data/store",
        "KZOP_BASE_IRI": "https://example.org/kz/",
        "KZOP_PUBLIC_URL": "https://law.example.kz/",
        "KZOP_MAX_QUERY_BYTES": "1000",
    }
    expected = Settings(
        Path("data/store"), Base("https://example.org/kz/"), "https://law.example.kz/", 1000
    )
    assert Settings.from_environment(values) == expected


def test_empty_is_unset() -> None:
    names = ("KZOP_STORE", "KZOP_BASE_IRI", "KZOP_PUBLIC_URL", "KZOP_MAX_QUERY_BYTES")
    assert Settings.from_environment(dict.fromkeys(names, "")) == Settings()


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
