"""All that the rules found in one text."""

from dataclasses import dataclass

from graph.context import Context
from graph.model import (
    ActMention,
    AgeMention,
    BodyMention,
    CompetenceMention,
    DateMention,
    MeasureMention,
    NormMention,
    PenaltyMention,
    PlaceMention,
    Reference,
    StatisticMention,
)


@dataclass(frozen=True)
class Findings:
    """All mentions of a text."""

    context: Context
    bodies: list[BodyMention]
    acts: list[ActMention]
    references: list[Reference]
    ages: list[AgeMention]
    penalties: list[PenaltyMention]
    norms: list[NormMention]
    competences: list[CompetenceMention]
    statistics: list[StatisticMention]
    measures: list[MeasureMention]
    places: list[PlaceMention]
    dates: list[DateMention]
