"""What search engines for datasets read in the start page: schema.org in JSON-LD.

Knows the store but not Flask.
"""

import json

from service.engine.dataset import Dataset
from service.engine.statistics import Statistics
from service.http.language import LANGUAGES, messages
from service.linked.description import Publication


def dataset_script(dataset: Dataset, counts: Statistics | None, about: Publication) -> str:
    """Return the data as a schema.org Dataset, for a `<script type="application/ld+json">`.

    No `<` is in it, so that nothing in it can end the script.
    """
    words = {language: messages()[language] for language in LANGUAGES}
    said: dict[str, object] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": about.data.value,
        "name": in_languages({tag: w["dataset_name"] for tag, w in words.items()}),
        "description": in_languages({tag: w["dataset_says"] for tag, w in words.items()}),
        "keywords": [k for w in words.values() for k in w["dataset_keywords"].split(", ")],
        "url": about.address,
        "license": about.license,
        "isAccessibleForFree": True,
        "inLanguage": ["kk", "ru", "en"],
        "spatialCoverage": {"@type": "Country", "name": "Kazakhstan"},
        "version": dataset.version,
        "dateModified": about.modified,
        "distribution": [
            {
                "@type": "DataDownload",
                "name": "SPARQL 1.1",
                "contentUrl": f"{about.address}sparql",
                "encodingFormat": ["text/turtle", "application/ld+json"],
            }
        ],
    }
    if about.publisher:
        said["publisher"] = {
            "@type": "Organization",
            "@id": about.publisher,
            "url": about.publisher,
        }
        said["creator"] = said["publisher"]
    if counts and counts.dates:
        said["temporalCoverage"] = "/".join(counts.dates)
    return json.dumps(said, ensure_ascii=False).replace("<", "\\u003c")


def in_languages(texts: dict[str, str]) -> list[dict[str, str]]:
    """Return a text in several languages."""
    return [{"@value": text, "@language": tag} for tag, text in texts.items()]
