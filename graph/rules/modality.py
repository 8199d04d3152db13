"""Modal predicates: which words oblige, forbid, permit or entitle.

A finite verb that does none of these is a predicate too, without a modality: it ends a clause.
"""

import re
from dataclasses import dataclass

_W = "[а-яәғқңөұүһі-]"
_END = r"(?=\s*[.,;:!?()»\"]|\s+(?:және|сондай-ақ|немесе|бірақ|ал|не)\s|\s*$|\n)"
"""A predicate closes its clause: punctuation or a conjunction follows."""
_ENDS_TO = "[ую][ғг][ае]"
_TO = f"{_W}+{_ENDS_TO}"
"""An infinitive in the dative: `шақыруға`, `қоюға`."""
_TO_ONES = f"{_W}+[ую](?:ына|іне)"
"""One with its subject's ending: `шағым жасауына`."""
_NOT_TO = f"{_W}+[мбп][ае]у(?:[ғг][ае]|[ыі])"
"""A negated one: `тартпауға`; in old acts `тартпауы`."""


def _any(words: str) -> str:
    return f"(?:{'|'.join(words.split())})"


LIGHT = _any(
    "қамтамасыз жүзеге іске хабардар назарға есепке сақтауға кепілдіктер кепілдік міндеттер"
    " міндеттерін мүмкіндік жәрдем көмек ықпал қорытынды рұқсат келісім шешім"
)
"""Words that make one predicate with the verb after them: `жүзеге асырады`."""
_CONVERBS = _any("қамтамасыз жүзеге іске хабардар назарға есепке қабылдап жүктеп алып беріп")
_RECEIVED = _any("ақша баға жаза пара виза шара несие")
"""Nouns in -а, -е that stand before `алады` as its object: `жаза алады` gets, it does not may."""
_NOUN_TO = (
    rf"(?:{_W}*(?:[қкптсшф][қк]|[лрйзмнңу][ғг])[ае]|"
    f"{_any('мойнына міндетіне қамқорлығына тәрбиесіне иелігіне меншігіне есебіне қарауына')})"
)
"""Nouns in the dative, told from converbs in -а, -е: `есепке алады` takes, it does not may."""
_PREDICATES = (
    (
        "prohibition-negated-must",
        rf"{_NOT_TO}(?:(?: (?:және|немесе|не) (?:{_W}+ ){{0,3}}?{_NOT_TO})* (?:тиіс|міндетті)"
        rf"|(?=,? (?:және|сондай-ақ|бірақ) [^.;:]{{1,200}}(?<={_ENDS_TO}) (?:тиіс|міндетті)"
        rf"{_END}))",
    ),
    ("prohibition-not-must", rf"{_TO} тиіс емес"),
    ("prohibition-forbidden", r"т(?:ый|и)ым салын(?:ады|сын|ған(?=\s*[.;]))"),
    ("prohibition-inadmissible", r"жол берілме(?:йді|сін)"),
    ("prohibition-may-not", rf"(?:{_TO}|{_TO_ONES})(?: [дт]а| [дт]е)? болмайды"),
    ("prohibition-cannot", rf"(?:ешкім(?:ді|ге|нің)? )?{_W}+[аейя] алмайды"),
    ("prohibition-negated-need", rf"{_W}+[мбп][ае]у[ыі] (?:керек|қажет|шарт)"),
    (
        "prohibition-no-right",
        r"(?:(?:[қх]ұқығы|правосы|[қх]ақ(?:ысы|ы)) жоқ|[қх][ұа]қылы емес"
        r"|рұқсат (?:етілмейді|берілмейді))",
    ),
    ("obligation-must", rf"(?:{_W}+ )?тиіс(?: болады)?"),
    ("obligation-bound", rf"(?:{_TO} )?(?<!бірдей )міндетті(?: болады| болып табылады)?"),
    ("obligation-need", rf"{_W}+[ую](?:[ыі]? (?:керек|қажет)|[ыі] шарт)(?: болады)?"),
    ("obligation-undertakes", r"(?:міндеттен(?:еді|сін)|(?:мойнына|міндетіне) алады)"),
    (
        "obligation-duty",
        r"(?:(?:қасиетті|басты|тікелей|негізгі) )*(?:парызы|міндеті)"
        r"(?: және (?:парызы|міндеті))*(?: болып табылады)?(?=\s*\.)",
    ),
    ("obligation-subject-to", rf"{_TO} жатады"),
    ("obligation-imposed", r"жүктел(?:еді|сін)"),
    ("obligation-future", rf"(?:{LIGHT} )?{_W}+(?:[ае]т[ыі]н|йт[ыі]н) бол(?:ады|сын)"),
    ("right-granted", r"[қх]ұқы(?:қ|қтар|ғы|қтары)? (?:беріледі|берілсін|тиесілі)"),
    ("obligation-jussive", rf"(?:{_CONVERBS} )?{_W}+с[ыі]н"),
    ("permission-allowed", r"(?:рұқсат (?:етіледі|беріледі|етілсін|берілсін)|жол беріледі)"),
    ("permission-possible", rf"(?:{_TO}|{_TO_ONES})(?: [дт]а| [дт]е)? болады"),
    ("permission-can", rf"(?!(?:{_RECEIVED}|{_NOUN_TO}) ){_W}+[аейя] алады"),
    (
        "right-has",
        r"(?:[қх]ұқы(?:ғы|қтары)?|правосы|[қх]ақ(?:ысы|ы)) (?:бар|болады)"
        r"(?!,? (?:сондай-ақ|және|немесе|не) (?:(?:мұндай|ондай) )?[қх]ұқығы (?:жоқ|бар) )",
    ),
    ("right-entitled", r"[қх][ұа]қылы(?: болады)?"),
    ("right-guaranteed", rf"(?:танылады және (?:{_W}+ )?)?кепілдік беріл(?:еді|ген(?=\s*[.;]))"),
    ("right-possesses", r"құқы(?:ққа|ғына|қтарға|қтарына) ие(?: болады| болып)?"),
    ("right-born", r"тумысынан (?:жазылған|тиесілі)"),
)
"""Rule and pattern, in order of trial: where two overlap the first one counts."""
_HINTS = {
    "prohibition-negated-must": ("тиіс", "міндетті"),
    "prohibition-not-must": ("тиіс емес",),
    "prohibition-forbidden": ("тыйым салын", "тиым салын"),
    "prohibition-inadmissible": ("жол берілме",),
    "prohibition-may-not": ("болмайды",),
    "prohibition-cannot": ("алмайды",),
    "prohibition-negated-need": ("керек", "қажет", "шарт"),
    "prohibition-no-right": ("жоқ", "емес", "рұқсат"),
    "obligation-must": ("тиіс",),
    "obligation-bound": ("міндетті",),
    "obligation-need": ("керек", "қажет", "шарт"),
    "obligation-undertakes": ("міндеттен", "мойнына", "міндетіне"),
    "obligation-duty": ("парызы", "міндеті"),
    "obligation-subject-to": ("жатады",),
    "obligation-imposed": ("жүктел",),
    "obligation-future": ("болады", "болсын"),
    "obligation-jussive": ("сын", "сін"),
    "permission-allowed": ("рұқсат", "жол беріледі"),
    "permission-possible": ("болады",),
    "permission-can": ("алады",),
    "right-has": ("ұқы", "правосы", "ақы бар", "ақысы бар"),
    "right-entitled": ("ұқылы", "ақылы"),
    "right-granted": ("ұқы",),
    "right-guaranteed": ("кепілдік беріл",),
    "right-possesses": (" ие",),
    "right-born": ("тумысынан",),
}
"""Words of which one stands in every match: looked for first, for speed (twice as fast)."""
_MODAL = tuple(
    (rule, re.compile(rf"(?<!{_W}){pattern}(?:{_END}|(?= екен))")) for rule, pattern in _PREDICATES
)
_BY_HINT = tuple((hint, at) for at, (rule, _) in enumerate(_PREDICATES) for hint in _HINTS[rule])
_PRESENT = re.compile(rf"(?:[аей]|я)д[ыі]{_END}")
"""The ending of a verb in the present, closing its clause."""
_VERB = re.compile(rf"(?:(?<!{_W}){LIGHT} )?(?<!{_W})(?P<verb>{_W}{{2,}})$")
_PASSIVE = re.compile(r"(?:[ыі]л|[лдт][ае]н|[ыі]н|[аеө]л)[ае]д[ыі]$")
_ACTIVE = re.compile(rf"{_any('ұсын жүгін ұстан өтін пайдалан қолдан')}[ае]д[ыі]$")
"""Verbs whose stem only looks passive."""
_DESCRIPTIVE = re.compile(
    _any(
        "ал бол кел жат тұр отыр жүр ен кір білдір ретте құра айқында мүмкін табыл болмай көзде"
        " тарала таратыл қамты сақтал туындат аяқтал бастал түсін таны көрсетіл қара жасал"
        " ата айтыл орналас"
    )
    + r"(?:[ае]д[ыі]|йд[ыі])$"
)
"""Verbs that describe or constitute and oblige nobody."""
_GOES_ON = re.compile(
    rf"(?<!{_W}){_any('жалғаса қала бола тұра жүре атқара қолданыла сақтала есептеле пайдалана')} $"
)
"""Before `береді`: it only says that something goes on (`жалғаса береді`)."""
_TAKES = re.compile(rf"(?<!{_W}){_NOUN_TO} $")
_NEGATIVE = re.compile(rf"[мбп][ае]йд[ыі]$|{_W}{{3}}[мбп][ае]д[ыі]$")
"""A negated verb in the present or, after a stem of some length, in the past: `бермеді`."""
_ENACTING = re.compile(
    _any(
        "бекітіл мақұлдан таныл енгізіл толықтырыл жазыл тасталсын тасталын өзгертіл мазмұндал"
        " белгілен айқындал ауыстырыл қабылдан жариялан жойыл болсын алын алмастырыл құрыл"
        " таратыл қайта"
    )
)
"""Jussives that enact, amend or repeal (`бекітілсін`); they are not norms."""
_BEFORE_ENACTING = ("тоқтатыла ", "редакциямен ", "редакцияда ")
"""What a jussive that enacts may follow."""
_REORGANISED = ("қайта ұйымдастырылсын", "қайта құрылсын", "қайта аталсын")
_DEEMED = re.compile(r"(?:санал|есептел|таныл)с[ыі]н$")
"""`күші жойылған деп саналсын`."""
_OWNED = re.compile(
    _any(
        "қала бала сала мәселе кесте карта апта палата смета дата тақта анкета үле ана көшірме"
        " тізбе бағдарлама анықтама хабарлама нұсқама түсіндірме мәлімдеме баяндама жоба ереже"
        " құжаттама баға сома негіздеме мөлшерлеме кодек индек комплек процес кур ресур балан аван"
    )
    + "с[ыі]н$"
)
"""Nouns with a possessor in the accusative; a jussive in -сын ends like them."""
_OBJECT = frozenset(("үйді", "жайды", "айды", "тойды", "майды", "бидайды", "сарайды", "шайды"))
"""Nouns in the accusative that look like a verb in the present."""
_JUSSIVE = re.compile(rf"(?:[^аәеёиоөуұүыіэюя]|[лдт][ае]|{_any('қара жаса ата тара сана')})с[ыі]н$")
"""The jussive of a verb, which may go on with another: after a consonant, or of one in -ла, -да."""
_ALSO = re.compile(
    rf"(?<!{_W}){_W}{{2,}}(?<!м[ае])(?<![бп][ае])у[ғг][ае] ?[,;]"
    rf"(?:(?!{_W}*(?:тиіс|міндетті|құқылы|болады|салынады|алады|алмайды|беріледі)(?!{_W}))[^.]){{0,900}}$"
)
"""Positive duties before a negated one: `сақтауға, кедергі жасамауға міндетті`."""
_NOBODY = re.compile(r"(?<!\w)еш(?:кім|бір)")
_LONGEST_DUTIES = 1000
"""Code points."""
_LONGEST_VERB = 50
"""Code points of a verb and the light word before it."""
_RIGHTS = re.compile(
    r"(?:құқық|бостандық|қорға[ул]|кепілдік|жеңілдік|артықшылық|мәртебе|көмег|көмек)\S* (?:\S+ )?$"
    r"|(?:құқықтарын|құқығын|бостандықтарын|жеңілдіктерді|жеңілдіктерін) [^.;]{0,70}$"
)
MODALITIES = {
    "prohibition": "Prohibition",
    "obligation": "Obligation",
    "permission": "Permission",
    "right": "Right",
}


@dataclass(frozen=True)
class Predicate:
    """A finite predicate."""

    start: int
    end: int
    rule: str
    embedded: bool = False
    """Stands inside another clause: `құқығы бар екендігін тани отырып`."""

    @property
    def modality(self) -> str:
        """Obligation, Prohibition, Permission, Right; empty where it obliges nobody."""
        return MODALITIES.get(self.rule.split("-", 1)[0], "")


def predicates(low: str, start: int, end: int) -> list[Predicate]:
    """Every finite predicate of a range of lower-cased text, in order."""
    found: list[Predicate] = []
    taken = bytearray(end - start)
    """By code point of the range: whether a predicate stands there."""

    def add(match: re.Match[str], rule: str) -> None:
        first, last = match.start() - start, match.end() - start
        if 1 not in taken[first:last]:
            taken[first:last] = b"\1" * (last - first)
            embedded = low.startswith(" екен", match.end())
            found.append(Predicate(match.start(), match.end(), rule, embedded))

    text = low[start:end]
    possible = {at for hint, at in _BY_HINT if hint in text}
    for rule, pattern in (_MODAL[at] for at in sorted(possible)):
        for match in pattern.finditer(low, start, end):
            if rule == "obligation-jussive" and _is_noun(low, match):
                continue
            enacts = rule == "obligation-jussive" and _enacts(low, match)
            also = rule == "prohibition-negated-must" and _also(low, start, match.start())
            add(match, "enacting" if enacts else "obligation-bound" if also else rule)
    for ending in _PRESENT.finditer(low, start, end):
        verb = _VERB.search(low, max(start, ending.start() - _LONGEST_VERB), ending.end())
        if verb and verb["verb"] not in _OBJECT:
            before = low[max(start, verb.start() - 80) : verb.start()]
            add(verb, _indicative(verb["verb"], before))
    return sorted(found, key=lambda predicate: predicate.start)


def _is_noun(low: str, jussive: re.Match[str]) -> bool:
    """Whether the last word only looks jussive: `шарттың көшірмесін және тізбесін`."""
    word = jussive.group().rsplit(" ", 1)[-1]
    if _OWNED.search(word):
        return True
    last = low[jussive.end() : jussive.end() + 1] in ("", ".", "!", "?")
    return not last and _JUSSIVE.search(word) is None


def _also(low: str, start: int, at: int) -> bool:
    """Whether positive duties stand before a negated one at an offset, in one clause."""
    match = _ALSO.search(low, max(start, at - _LONGEST_DUTIES), at)
    return match is not None and not _NOBODY.search(low, start, at)


def _enacts(low: str, jussive: re.Match[str]) -> bool:
    """Whether a jussive enacts, amends, suspends: `бекітілсін`, `мынадай редакциямен берілсін`."""
    suspended = low.endswith(_BEFORE_ENACTING, 0, jussive.start())
    suspended = suspended or low.endswith(_REORGANISED, 0, jussive.end())
    deemed = _DEEMED.match(jussive.group()) and low.endswith(("деп ", "болып "), 0, jussive.start())
    return (
        bool(suspended or deemed) or _ENACTING.match(jussive.group().rsplit(" ", 1)[-1]) is not None
    )


def _indicative(verb: str, before: str) -> str:
    """Rule of a verb in the present: it obliges unless it is passive, negated or descriptive."""
    if verb == "береді" and _GOES_ON.search(before):
        return "description"
    if verb == "алады" and _TAKES.search(before):
        return "obligation-indicative"
    if before.endswith("қаулы "):
        return "description"  # `Үкімет қаулы етеді:`
    if verb == "пайдаланады":
        return "right-enjoys" if _RIGHTS.search(before) else "description"
    passive = _PASSIVE.search(verb) and not _ACTIVE.search(verb)
    if passive or _DESCRIPTIVE.match(verb) or _NEGATIVE.search(verb):
        return "description"
    return "obligation-indicative"
