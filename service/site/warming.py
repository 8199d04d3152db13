"""Makes ready what the first request of each page would else wait for: templates, words, queries.

In: the application, once its server has started. Nothing of the data is read.
"""

import gc

from flask import Flask

from graph.querying.queries import catalogue
from graph.search.gazetteer import gazetteer
from service import web
from service.http.language import messages
from service.site import openapi


def warm(app: Flask) -> None:
    """Compile all templates and read what all pages share; for a thread beside the requests."""
    messages()
    site: web.Site = app.extensions[web.EXTENSION]
    catalogue(site.engine.base)
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    openapi.description()
    gazetteer()
    gc.collect()  # now, and so not while the first page is made
