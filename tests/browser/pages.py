"""Every kind of page over the sample: the matrix test opens each of them."""

WORK = "kz/resolution/2005-10-15/1033"
LAW = "eli/kz/law/2002-08-08/345-II"

PAGES = {
    "home": "/",
    "documents": "/documents",
    "reader": f"/documents/{WORK}",
    "act": f"/doc/{LAW}",
    "article": f"/doc/{LAW}/art_41",
    "body": "/doc/org/mfa",
    "queries": "/queries",
    "query": "/queries/penalties-article-162",
    "search": "/search",
    "found": "/search?q=бала",
    "sparql": "/sparql",
    "answer": "/sparql?query=SELECT+*+%7B?s+a+?o%7D+LIMIT+20",
    "ontology": "/ontology",
    "codes": "/code",
    "code-list": "/code/docType",
    "code": "/code/docType/law",
    "graph": "/graph/codes",
    "graphs": "/graph",
    "dataset": "/dataset",
    "api": "/api",
    "preview": "/reconcile/preview?id=org/mia",
    "absent": "/doc/absent",
}
"""Kind of page -> a path of that kind, without `lang=`."""
