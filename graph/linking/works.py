"""Which work a named act is. In: what mentions tell of acts. Out: works, keyed by their path.

A path stands below `id/`: `eli/kz/law/2002-08-08/345-II`, `eli/un/treaty/crc`, `text/0ea91d24738f`.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from graph.lexicon import Entry, Lexicon
from graph.linking.laws import by_code, laws
from graph.linking.slugs import fold_title, number_slug, slug_of
from graph.model import ActMention

STATUTES = ("law", "code", "constitution", "decree-force-of-law")
"""Types that are a kzop:Law."""
_ISSUED = ("order", "decision")
"""Types whose numbers are only unique for one issuer."""
_LATER_EDITION = re.compile(r"-\d{4}$")


@dataclass(frozen=True)
class Work:
    """A legal act that the text is or names, as far as the text tells."""

    path: str
    type: str
    """Code of kzc:docType."""
    number: str = ""
    date: str = ""
    title: str = ""
    slug: str = ""
    """Id in the lexicons of codes and treaties."""
    issuer: str = ""
    """Lexicon id or label of a body."""
    ratified: str = ""
    aliases: tuple[str, ...] = ()
    annex_of: str = ""
    """Path of the act that this work is annexed to."""
    part: bool = False
    """Whether it is known only as a part of that act: rules that it approved."""
    law: str = ""
    """Id in the lexicon of laws."""


class Works:
    """The works of one text. A work named twice is one; what either mention tells is kept."""

    def __init__(self, lexicon: Lexicon, acts: Iterable[ActMention], amended: str = "") -> None:
        """`acts`: all mentions of the text, to know its time and the acts it names in full.

        `amended`: the last day on which the text was amended, as its notes tell.
        """
        self.by_path: dict[str, Work] = {}
        self._lexicon = lexicon
        self._laws = laws(lexicon)
        self._by_title: dict[tuple[str, str], Work] = {}
        self._by_date: dict[tuple[str, str], set[str]] = {}
        self._by_number: dict[tuple[str, str], set[str]] = {}
        acts = list(acts)
        own = [act.date for act in acts if act.this and act.date]
        self._dated = bool(own)
        self._own = {act.date for act in acts if act.this and act.number}
        self._period = own[0] if own else max((a.date for a in acts if a.date), default="")
        codes = (self._code(act) for act in acts if act.this and act.number)
        # What a code cites is in force when it comes into force itself.
        self._period = max(self._period, *(code.valid_from for code in codes if code), "")
        self._amended = amended
        for act in acts:
            if act.number and act.date and not act.this:
                work = self.identify(act)
                if act.title:
                    self._by_title.setdefault((act.type, fold_title(act.title)), work)
                self._by_date.setdefault((act.type, act.date), set()).add(work.path)
                self._by_number.setdefault((act.type, act.number), set()).add(work.path)

    def add(self, work: Work) -> str:
        """Add a work, or what is new about a known one; return its path."""
        known = self.by_path.get(work.path)
        if known:
            work = replace(
                known,
                title=known.title or work.title,
                issuer=known.issuer or work.issuer,
                number=known.number or work.number,
                date=known.date or work.date,
            )
        self.by_path[work.path] = work
        return work.path

    def named(self, act: ActMention, draft: bool = False, amended: str = "") -> str:
        """Path of the work that a mention names; `amended`: when its provision last was.

        An act named by title, date or number alone is the one of that title, date or number that
        the text names in full elsewhere, if there is exactly one; else a law of the lexicon,
        unless it is a draft.
        """
        if act.number and not (act.slug or act.date or act.title or act.issuer):
            same = self._by_number.get((act.type, act.number), ())
            if len(same) == 1:
                return next(iter(same))
        if not act.slug and not act.number:
            if act.title:
                work = self._by_title.get((act.type, fold_title(act.title)))
                if work and act.date in ("", work.date):
                    return self.add(work)
            elif len(self._by_date.get((act.type, act.date), ())) == 1:
                return next(iter(self._by_date[act.type, act.date]))
        return self.add(self.identify(act, draft, amended))

    def identify(self, act: ActMention, draft: bool = False, amended: str = "") -> Work:
        """The work as one mention tells it."""
        period = max(self._period, amended) if self._dated else self._period
        if act.slug and act.type == "treaty":
            return Work(f"eli/un/treaty/{act.slug}", "treaty", slug=act.slug)
        if act.slug:
            entry = self._edition(act, period)
            constitution = entry.id.startswith("constitution")
            path = f"eli/kz/{entry.id}" if constitution else f"eli/kz/code/{entry.id}"
            kind = "constitution" if constitution else "code"
            return Work(path, kind, act.number, act.date, act.title, entry.id)
        code = self._code(act)
        if code:
            path = f"eli/kz/code/{code.id}"
            return Work(path, "code", act.number, act.date, act.title, code.id)
        law = None if draft else self._law(act, period)
        told = bool(act.title)
        if law:
            act = replace(act, number=law.number, date=law.date, title=law.kk)
        segment = "decree" if act.type == "decree-force-of-law" else act.type
        path = f"eli/kz/{segment}/{_tail(act) or _adilet(act)}"
        work = Work(path, act.type, act.number, act.date, act.title, "", act.issuer)
        return replace(work, title=law.kk if told else "", law=law.id) if law else work

    def _law(self, act: ActMention, period: str) -> Entry | None:
        """The law of the lexicon that a mention tells in part, or in full."""
        if act.type not in ("law", "decree-force-of-law"):
            return None
        if act.number and act.date:
            return self._laws.numbered(act)
        if not act.title or act.slug:
            return None
        law = self._laws.titled(act, self._own, period, self._dated)
        if law or self._amended <= period:
            return law
        return self._laws.titled(act, self._own, self._amended, self._dated)

    def _code(self, act: ActMention) -> Entry | None:
        """The code that a mention tells by date and number only: a heading line of its text."""
        if act.type != "code" or not act.date:
            return None
        number = number_slug(act.number) if act.number else ""
        for entry in self._lexicon.codes:
            known = number_slug(entry.number)
            if entry.date == act.date and known.startswith(number):
                return entry  # `N 251` is how the publisher writes 251-III
        return None

    def _edition(self, act: ActMention, period: str) -> Entry:
        """Which of the codes of one name is meant: by its date, else by the time of the text."""
        entry = self._lexicon.authority(act.slug)
        assert entry is not None
        same = self._lexicon.editions(entry)
        linked = by_code(self._lexicon, act.adilet) if act.adilet else None
        if linked and (linked in same or self._lexicon.one_code(linked, entry)):
            return linked
        if act.date:
            return next((e for e in same if e.date == act.date), entry)
        own = next((e for e in same if e.date in self._own), None)
        if own:
            return own  # the text of the code itself, which comes into force later
        if period:
            valid = [e for e in same if (e.valid_from or e.date) <= period]
            if valid:
                return valid[-1]
        return next((e for e in same if not _LATER_EDITION.search(e.id)), entry)


def _adilet(act: ActMention) -> str:
    """The end of a path of an act that only a link names: its code."""
    return f"adilet-{act.adilet.lower().rstrip('_')}" if act.adilet else ""


def _tail(act: ActMention) -> str:
    """The end of a path: number and date, as far as they are known, else the title."""
    if act.rule == "act-link" and not act.date:
        return ""
    if act.number:
        issuer = f"{_issuer(act.issuer)}/" if act.type in _ISSUED else ""
        return f"{issuer}{act.date or 'n-'}{'/' if act.date else ''}{number_slug(act.number)}"
    if act.title and act.type != "address":
        digest = hashlib.sha256(fold_title(act.title).encode()).hexdigest()[:16]
        return f"{act.date}/title-{digest}" if act.date else f"title-{digest}"
    return act.date


def _issuer(name: str) -> str:
    """Slug of an issuer: a minister's orders are the ministry's."""
    return slug_of(name).removesuffix("-minister") if name else "x"
