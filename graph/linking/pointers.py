"""What `осы Заң`, `Кодекс`, `Хаттамаға` and the short names given in a text stand for.

By where they stand, by what the text calls itself, by what was named before.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from graph.findings import Findings
from graph.linking.citations import is_work
from graph.linking.slugs import fold_title
from graph.linking.works import Work, Works
from graph.model import ActMention
from graph.rules.act_words import FORMS, HEADS
from graph.text.morphology import nominative

_PROVISIONS = ("article", "clause", "part", "subclause", "indent")
"""Kinds of units that notes are on."""
_PROVISION = re.compile(
    r" \d[\d, –-]*(?:(?:және|мен|не|немесе) [\d–-]+)?(?:ба[бп]|тарау|тарма|бөлі)"
)
_ON_ANOTHER = re.compile(
    r"өзгеріс|толықтыру|қолданысқа енгіз|күшіне енгіз|күші жойыл|күшін жой|ратификация"
)
_LONGEST_HEAD = 3000
_NEAR = 8
"""Mentions before a pointer that may be what it means."""
_YEAR = 4
"""Digits of a date that is only a year."""


class Pointers:
    """The state of linking one text, and the resolution of mentions that only point."""

    def __init__(self, findings: Findings) -> None:
        """`findings`: of the text; `parts` and `self_path` are set as linking goes on."""
        self.f = findings
        self.context = findings.context
        self.structure = findings.context.structure
        self.low = findings.context.low
        self.amended: dict[int | None, str] = {}
        """The last day on which a provision was amended, as the notes in it tell, by its unit."""
        for act in findings.acts:
            if act.date and self.structure.in_note(act.start):
                top = self._top(act.start)
                self.amended[top] = max(act.date, self.amended.get(top, ""))
        last = max(self.amended.values(), default="")
        self.works = Works(findings.context.lexicon, findings.acts, last)
        self.self_path = ""
        self.parts: tuple[str, ...] = ()
        self.paths: list[str | None] = [None] * len(findings.acts)
        self.aliases: dict[str, str] = {}
        self.adopted: dict[str, int] = {}
        """Numbers of the annexes that are adopted by name alone, by title."""
        typed = [(part.type, at) for at, part in enumerate(self.structure.parts) if part.type]
        self._first_of_type = dict(reversed(typed))
        """Type to the index of the first part of it."""
        self.latest: dict[str, str] = {}
        """The act named last, by type and, for treaties, by the noun its name ends in."""
        self.others: dict[str, str] = {}
        """The same without the act that the text is of."""

    def _top(self, offset: int) -> int | None:
        """The article that an offset lies in, else the outermost clause."""
        at = top = self.structure.unit_at(offset)
        while at is not None and self.structure.units[at].kind in _PROVISIONS:
            at, top = self.structure.units[at].parent, at
        return top

    # What `осы Заң`, `Кодекс` and short names stand for.

    def _pointed(self, i: int, act: ActMention) -> str | None:
        if act.alias:
            return self._alias(i, act)
        if len(act.date) == _YEAR:  # `1998 жылғы Шарттың`
            works = self.works.by_path.values()
            dated = (w.path for w in works if w.type == act.type and w.date.startswith(act.date))
            return next(dated, None)
        if act.annex:
            return self._annex_of_type(act.type) or self._adopted(act)
        if act.heading:
            return self._stamp(act)
        short = self.aliases.get(act.anaphor)
        if act.named and not short:
            return self._named_last(act, self.others)
        if act.this:
            return self._this(act, short)
        if short or act.type in ("treaty", ""):
            return short or (self._treaty_meant(act) if act.type else None)
        own = self._type_of(self.parts[self.structure.part_at(act.start)])
        return self._own_provision(i, act) if own == act.type else self._named_last(act)

    def _own_provision(self, i: int, act: ActMention) -> str | None:
        """`Заңның 5-бабы` in a law: of the one that the paragraph named last, else its own.

        A law on another law, which amends it or puts it into force, may mean either.
        """
        at = self.structure.part_at(act.start)
        own = self.structure.parts[at].kind == "self" and act.type in ("law", "code")
        if not own or self._on_another or not _PROVISION.match(self.low, act.end):
            return None
        block = self.context.normalised.block_at(act.start)
        for k in range(i - 1, max(-1, i - _NEAR), -1):
            before = self.f.acts[k]
            if before.start < block.start:
                break
            if before.type == act.type and self.paths[k] and not before.quoted:
                return self.paths[k]
        return self.self_path

    @cached_property
    def _on_another(self) -> bool:
        """Whether the text is an act on another act, as its beginning tells."""
        units = self.structure.units
        stop = units[0].start if units else len(self.low)
        return _ON_ANOTHER.search(self.low, 0, min(stop, _LONGEST_HEAD)) is not None

    def _this(self, act: ActMention, short: str | None) -> str | None:
        """`осы Заң`: the act whose text this is, an annex, or the one named last."""
        if short and act.anaphor not in HEADS:
            return short  # a name of several words: `осы Факультативтік хаттама`
        at = self.structure.part_at(act.start)
        treaty = self.structure.parts[at].kind == "treaty" and act.type == "treaty"
        if self.structure.parts[at].kind == "quoted":
            quoted = self.parts[at] if is_work(self.parts[at]) else self.parts[at].rsplit("/", 1)[0]
            if self._type_of(quoted) == act.type:
                return quoted
        if treaty or self._type_of(self.parts[at]) == act.type:
            return self.parts[at]
        own = self._type_of(self.self_path)
        if own == act.type:
            return self.self_path
        found = self._annex_of_type(act.type) or short or self._named_last(act)
        rules = act.type == "rules" and self.structure.parts[at].kind == "self"
        rules = rules and _PROVISION.match(self.low, act.end) is not None
        return found or (self.self_path if own == "other" or rules else None)

    def _adopted(self, act: ActMention) -> str | None:
        """What the act adopts without its text: an annex by its name, numbered as they come."""
        if act.rule != "act-adopted":
            return None
        words = self.context.text[act.start : act.end].replace("\n", " ").split(" ")
        title = " ".join([*words[:-1], nominative(words[-1])])
        known = self.adopted.setdefault(fold_title(title), len(self.adopted) + 1)
        path = f"{self.self_path}/annex_{known}"
        return self.works.add(Work(path, act.type, title=title, annex_of=self.self_path))

    def _treaty_meant(self, act: ActMention) -> str | None:
        """`Шарттың 4-бабы`: the treaty whose text this is, else the one named last."""
        at = self.structure.part_at(act.start)
        named = self._named_last(act)
        if self.structure.parts[at].type != "treaty":
            return named
        own = self.works.by_path[self.parts[at]].title.lower().rsplit(" ", 1)[-1]
        other = FORMS.get(own, act.anaphor) != act.anaphor
        return named if named and other else self.parts[at]

    def _type_of(self, path: str) -> str:
        """Type of the work at a path; `annex` for an annex that is part of its act."""
        return self.works.by_path[path].type if path in self.works.by_path else "annex"

    def _annex_of_type(self, kind: str) -> str | None:
        first = self._first_of_type.get(kind)
        return None if first is None else self.parts[first]

    def _stamp(self, act: ActMention) -> str | None:
        """A heading or stamp: the own act's, or that of the act that approved the text."""
        own = self.works.by_path[self.self_path]
        if own.type == act.type and (not act.number or act.number == own.number):
            return self.self_path
        told = act.date or act.number
        return self.works.add(self.works.identify(act)) if told else self.self_path

    def _calls(self, act: ActMention) -> list[str]:
        """The keys under which a later pointer finds an act."""
        if act.type != "treaty":
            return [act.type]
        words = re.findall(r"\w+", self.low[act.start : act.end])
        noun = next((n for n in HEADS if words and words[-1].startswith(n[:-1])), "")
        return [f"treaty {noun}"]

    def _named_last(self, act: ActMention, named: Mapping[str, str] | None = None) -> str | None:
        """The act of that kind named last before; `named`: of which."""
        named = self.latest if named is None else named
        if act.type != "treaty":
            return named.get(act.type)
        noun = act.anaphor.rsplit(" ", 1)[-1]
        return named.get(f"treaty {noun}")

    def _alias(self, i: int, act: ActMention) -> str | None:
        """What `(бұдан әрі - Х)` names: the act just before it, else the last of its kind."""
        path = self._just_before(i, act)
        at = self.structure.part_at(act.start)
        if path is None and not act.type:
            return None  # letters: of a body, if not of the act before them
        if path is None and self._type_of(self.parts[at]) == act.type:
            path = self.parts[at]
        path = path or self._named_last(act) or self._annex_of_type(act.type)
        if path:
            self.aliases[act.alias.lower()] = path
            work = self.works.by_path[path]
            self.works.by_path[path] = replace(work, aliases=(*work.aliases, act.alias))
        return path

    def _just_before(self, i: int, act: ActMention) -> str | None:
        for k in range(i - 1, max(-1, i - 4), -1):
            if self.paths[k] and 0 <= act.start - self.f.acts[k].end <= 2:
                return self.paths[k]
        return None
