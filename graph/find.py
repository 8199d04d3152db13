"""Runs every rule on one text. In: a Context. Out: Findings, in text order a kind."""

from graph.context import Context
from graph.findings import Findings
from graph.lexicon import Lexicon
from graph.matcher import Matcher
from graph.model import DateMention
from graph.numerals import DATE, iso_date
from graph.rules import act, age, bearer, body, norm, penalty, provision, report


def matchers(lexicon: Lexicon) -> dict[str, Matcher]:
    """The matchers of all rules, by the name the rules ask for."""
    return {
        "bodies": body.matcher(lexicon),
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
    dates = _dates(context)
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
        statistics=report.find_statistics(context, bodies, measures, dates),
        measures=measures,
        places=places,
        dates=dates,
    )


def _dates(context: Context) -> list[DateMention]:
    """Dates of a day: `2005 жылғы 15 қазандағы`, `24.11.2015`."""
    found = []
    for match in DATE.finditer(context.low):
        value = iso_date(match)
        if value:
            found.append(DateMention(match.start(), match.end(), "date", value=value))
    return found
