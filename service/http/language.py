"""The language of the pages: what a request says in, one of kk, ru and en and its words out."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from werkzeug.datastructures import LanguageAccept

LANGUAGES = ("kk", "ru", "en")
"""Languages of the interface; the first is the default."""
COOKIE = "lang"
"""Name of the cookie that remembers `?lang=`."""


@cache
def messages() -> Mapping[str, Mapping[str, str]]:
    """Return the words of the interface: language -> key -> text, from all files of messages/."""
    words: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for file in sorted(files("service").joinpath("messages").iterdir(), key=lambda f: f.name):
        for language, table in tomllib.loads(file.read_text(encoding="utf-8")).items():
            words[language] |= table
    return words


def choose_language(asked: str | None, remembered: str | None, accepted: LanguageAccept) -> str:
    """Return the language of a page: `?lang=`, else the cookie, else Accept-Language, else kk."""
    for language in (asked, remembered):
        if language in LANGUAGES:
            return language
    # Regional tags (ru-KZ) count as their language.
    for tag, weight in accepted:
        language = tag.partition("-")[0].lower()
        if weight > 0 and language in LANGUAGES:
            return language
    return LANGUAGES[0]
