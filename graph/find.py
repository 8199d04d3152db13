"""Runs every rule on one text. In: a Context. Out: Findings, in text order a kind."""

from graph.context import Context
from graph.findings import Findings
from graph.lexicon import Lexicon
from graph.matcher import Matcher
from graph.model import DateMention
from graph.rules import (
    act,
    age,
    bearer,
    body,
    institution,
    norm,
    penalty,
    provision,
    report,
    statistic,
)


def matchers(lexicon: Lexicon) -> dict[str, Matcher]:
    """The matchers of all rules, by the name the rules ask for."""
    return {
        "bodies": body.matcher(lexicon),
        "countries": institution.countries(lexicon),
        "parties": bearer.matcher(lexicon),
        "places": report.places_matcher(lexicon),
        **act.matchers(lexicon),
    }


def find(context: Context) -> Findings:
    """Run the rules; each sees what the ones before it found."""
    bodies = body.find(context)
    acts = act.find(context, bodies)
    references = provision.find(context, acts)
    penalties = penalty.find(context, acts)
    dates = [DateMention(start, end, "date", value=iso) for start, end, iso in context.dates]
    places = report.find_places(context)
    measures = report.find_measures(context, bodies, places, dates)
    return Findings(
        context=context,
        bodies=bodies,
        acts=acts,
        references=references,
        ages=age.find(context),
        penalties=penalties,
        norms=norm.find(context, bodies, penalties),
        competences=report.find_competences(context, bodies),
        statistics=statistic.find(context, bodies),
        measures=measures,
        places=places,
        dates=dates,
    )
