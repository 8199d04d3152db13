"""The evidence beside each row of a named query: a bound query in, one with evidence columns out.

The header of a query says on what its rows rest, in one entry for each such thing:

    #+ evidence:
    #+   - {of: penalty, provision: where}

`of` is the variable of a thing whose mentions count. `provision` is the variable of the provision
that states it: only what stands there counts. `mention` and `span` name variables for one mention
or one piece of its text, where a row is about no more than that.

The answer has the columns of the plain one, then those of `COLUMNS`. A row that rests on several
pieces of text is repeated for each of them, in the order of the text. The row of a count stands
with the evidence of everything that was counted.
"""

import re
from dataclasses import dataclass

from graph.queries import BadQueryFile, NamedQuery, Resting

COLUMNS = (
    "evidenceDocument",
    "evidenceProvision",
    "evidenceQuote",
    "evidenceStart",
    "evidenceEnd",
    "evidence",
)
"""The document whose text is quoted; the provision that states it; the words; their first code
point and the one after their last, in the source text; the IRI of this range."""

_SHAPE = re.compile(
    r"(?P<head>.*?)^SELECT (?P<distinct>DISTINCT )?(?P<columns>.*?)^WHERE \{\n(?P<where>.*?)^\}\n"
    r"(?:GROUP BY (?P<group>[^\n]*)\n)?(?:#[^\n]*\n)*ORDER BY (?P<order>[^\n]*)\n*",
    re.DOTALL | re.MULTILINE,
)
"""What the files of queries/ look like: these parts, each at the beginning of a line."""
_COLUMN = re.compile(r"\(.*? AS \?(\w+)\)|\?(\w+)", re.DOTALL)
_PREFIX = re.compile(r"^PREFIX (\w+):", re.MULTILINE)
_USED = {
    "eli": "http://data.europa.eu/eli/ontology#",
    "kzop": "https://w3id.org/kzop/ontology#",
    "oa": "http://www.w3.org/ns/oa#",
}

# The engine looks up what stands beside a row, and does not read all mentions of the store, where
# at most two patterns stand together and lead on from what is bound: so one OPTIONAL a value.
_STATED = """\
  # Which text says so: each has a graph of its own.
  GRAPH ?evidenceContent { ?evidenceThing kzop:%s ?evidenceProvision }
  OPTIONAL { GRAPH ?evidenceContent { ?evidenceText eli:embodies ?evidenceExpression } }
"""
_MENTION = """\
    ?evidenceThing kzop:evidencedBy ?evidenceMention .
    ?evidenceMention oa:hasTarget ?evidence .
    OPTIONAL { ?evidence oa:exact ?evidenceQuote }
    OPTIONAL { ?evidence kzop:start ?evidenceStart }
    OPTIONAL { ?evidence kzop:end ?evidenceEnd }
"""
_NEAREST = """\
    FILTER(STRSTARTS(STR(?evidence), CONCAT(STR(?evidenceText), "#")))
    # Of several provisions that state the same, the one whose heading stands nearest before.
    FILTER NOT EXISTS {
      GRAPH ?evidenceContent { ?evidenceThing kzop:statedIn ?other }
      FILTER(?other != ?evidenceProvision)
      FILTER EXISTS {
        ?other kzop:evidencedBy ?otherHeading .
        ?otherHeading kzop:extractionRule ?otherRule .
        FILTER(CONTAINS(STR(?otherRule), "/rule/structure"))
        FILTER EXISTS {
          ?otherHeading oa:hasTarget ?otherSpan .
          FILTER(STRSTARTS(STR(?otherSpan), CONCAT(STR(?evidenceText), "#")))
          FILTER EXISTS {
            ?otherSpan kzop:start ?otherStart .
            FILTER(?otherStart <= ?evidenceStart)
            FILTER NOT EXISTS {
              ?evidenceProvision kzop:evidencedBy ?heading .
              ?heading kzop:extractionRule ?headingRule .
              FILTER(CONTAINS(STR(?headingRule), "/rule/structure"))
              FILTER EXISTS {
                ?heading oa:hasTarget ?headingSpan .
                ?headingSpan kzop:start ?headingStart .
                FILTER(STRSTARTS(STR(?headingSpan), CONCAT(STR(?evidenceText), "#")))
                FILTER(?otherStart <= ?headingStart && ?headingStart <= ?evidenceStart)
              }
            }
          }
        }
      }
    }
"""
_TEXT = '  BIND(IRI(STRBEFORE(STR(?evidence), "#")) AS ?evidenceText)\n'
_DOCUMENT = "  OPTIONAL { ?evidenceText eli:embodies/eli:realizes ?evidenceDocument }\n"


@dataclass(frozen=True)
class _Parts:
    """The parts of a query."""

    head: str
    distinct: str
    columns: str
    where: str
    group: str
    order: str

    @property
    def names(self) -> list[str]:
        """The columns."""
        return [renamed or plain for renamed, plain in _COLUMN.findall(self.columns)]


def with_evidence(query: NamedQuery, text: str) -> str:
    """Return `text`, which is `query` with its parameters bound, with the columns of evidence.

    Raises `BadQueryFile` for a text that has another shape than the files of queries/.
    """
    found = _SHAPE.fullmatch(text)
    if found is None:
        raise BadQueryFile(
            f"{query.name}: SELECT, WHERE {{, the last }}, GROUP BY and ORDER BY must begin a line"
        )
    parts = _Parts(**{name: held or "" for name, held in found.groupdict().items()})
    head = parts.head
    for prefix, namespace in _USED.items():
        if prefix not in _PREFIX.findall(head):
            head = head.rstrip("\n") + f"\nPREFIX {prefix}: <{namespace}>\n\n"
    columns = " ".join(f"?{name}" for name in (*parts.names, *COLUMNS))
    branches = "\n  UNION\n".join(
        _branch(parts, entry, is_first=place == 0) for place, entry in enumerate(query.evidence)
    )
    # The columns hold the rows of one answer together, where its own order leaves it open.
    ties = " ".join(f"?{name}" for name in parts.names)
    order = f"{parts.order} {ties} ?evidenceDocument ?evidenceStart ?evidenceEnd"
    return f"{head}SELECT DISTINCT {columns}\nWHERE {{\n{branches}\n}}\nORDER BY {order}\n"


def _branch(parts: _Parts, entry: Resting, *, is_first: bool) -> str:
    """Return the rows with the evidence of one entry; all rows if it is the first."""
    held = {
        "evidenceThing": entry.of,
        "evidenceProvision": entry.provision,
        "evidenceMention": entry.mention,
        "evidence": entry.span,
    }
    added = " ".join(f"(?{held[name]} AS ?{name})" for name in held if held[name])
    where = parts.where + ("" if is_first else f"  FILTER(BOUND(?{entry.of}))\n")
    if parts.group:
        rows = _subselect(f"{parts.distinct}{parts.columns.strip()}", where, parts.group)
        rows += _subselect(f"DISTINCT {parts.group} {added}", where)
    else:
        rows = _subselect(f"DISTINCT {parts.columns.strip()} {added}", where)
    if entry.provision == entry.of:
        found = f"  OPTIONAL {{\n{_MENTION}  }}\n{_TEXT}"
    else:
        found = f"{_STATED % entry.by}  OPTIONAL {{\n{_MENTION}{_NEAREST}  }}\n"
    if not is_first:
        found += "  FILTER(BOUND(?evidence))\n"
    return f"  {{\n{_indented(rows + found + _DOCUMENT, 2)}  }}"


def _subselect(columns: str, where: str, group: str = "") -> str:
    grouped = f"    GROUP BY {group}\n" if group else ""
    return f"  {{\n    SELECT {columns}\n    WHERE {{\n{_indented(where, 4)}    }}\n{grouped}  }}\n"


def _indented(text: str, by: int) -> str:
    lines = text.splitlines(keepends=True)
    return "".join(" " * by + line if by > 0 else line[-by:] for line in lines)
