"""Invented acts in Kazakh, as many as wanted: short laws and resolutions, the same for each seed.

In comes a number; out comes a text with a heading, articles with obligations, prohibitions, rights,
ages and penalties, and citations of other acts. None of them exists. `python -m
benchmarks.synthetic DIR N` writes N of them as files, with `--lines` as JSON Lines.
"""

import json
import random
import sys
from pathlib import Path

MONTHS_AT = ("қаңтардағы", "ақпандағы", "наурыздағы", "сәуірдегі", "мамырдағы", "маусымдағы")
SUBJECTS = (
    "Орман қорын қорғау",
    "Суды пайдалану",
    "Азаматтық қорғаныс",
    "Білім беру ұйымдары",
    "Халықтың көші-қоны",
    "Мұрағат ісі",
    "Жол қозғалысы қауіпсіздігі",
    "Балалардың демалысы",
)
BEARERS = ("Жұмыс беруші", "Азамат", "Өтініш беруші", "Сот", "Әкім", "Қызметкер", "Ата-ана")
BODIES = (
    "Қазақстан Республикасының Үкіметі",
    "Білім және ғылым министрлігі",
    "Қаржы министрлігі",
    "Сыртқы істер министрлігі",
    "Ішкі істер министрлігі",
)
DUTIES = (
    "есепті белгіленген мерзімде ұсынуға міндетті",
    "құпияны сақтауға тиіс",
    "шығындарды өтеуге міндетті",
    "шарттың көшірмесін беруге тиіс",
    "табиғатты сақтауға міндетті",
)
RIGHTS = (
    "демалыс алуға құқылы",
    "сотқа шағым бере алады",
    "тегін көмек алуға құқылы",
    "құжаттармен танысуға құқылы",
)
BANS = (
    "Балаларды ауыр жұмысқа тартуға тыйым салынады",
    "Құпия деректерді таратуға жол берілмейді",
    "Қызметкерлерді кемсітуге жол берілмейді",
    "Тексеру мерзімін негізсіз ұзартуға тыйым салынады",
)
CRIMES = ("Жалған куәлік беру", "Құпияны жария ету", "Қаруды ұқыпсыз сақтау", "Орманды заңсыз кесу")
CODES = ("Қылмыстық кодексінің", "Еңбек кодексінің", "Азаматтық кодексінің", "Салық кодексінің")
PROSE = (
    "Бұл ереже өтініштерді қабылдау, тіркеу, қарау, оларға жауап қайтару және мұрағатта сақтау "
    "тәртібі туралы жалпы түсінік береді және өзге мәселелерді қозғамайды.",
    "Жыл сайынғы жоспар тиісті саланың даму бағыттары, қолда бар қаражат және өткен кезеңнің "
    "нәтижелері ескеріле отырып жасалады, содан кейін кеңінен талқыланады.",
    "Тіркеу журналы қағаз түрінде де, электрондық түрде де жүргізіледі, оның беттері нөмірленеді, "
    "тігіледі және мөрмен бекітіледі.",
    "Көрсетілген мәліметтер жалпыға қолжетімді ақпараттық жүйелерде орналастырылады және олардың "
    "мазмұны айына бір рет жаңартылып отырады.",
)
YEARS = ("екі", "үш", "төрт", "бес", "алты", "жеті", "сегіз")
AGES = ("он төрт", "он алты", "он сегіз", "жиырма бір")


def act(number: int, articles: int = 0) -> str:
    """Return the act of that number; `articles` is how many it has, 2 to 5 if not given."""
    dice = random.Random(number)
    title = f"{dice.choice(SUBJECTS)} туралы"
    law = dice.random() < 0.6
    day, month, year = dice.randint(1, 28), dice.choice(MONTHS_AT), dice.randint(1996, 2015)
    if law:
        head = (
            f"{title}\n\nҚазақстан Республикасының {year} жылғы {day} {month} N {number}-II Заңы\n"
        )
    else:
        head = (
            f"{title}\n\nҚазақстан Республикасы Үкіметінің {year} жылғы {day} {month} "
            f"N {number} Қаулысы\n"
        )
    parts = [head]
    for article in range(1, (articles or dice.randint(2, 5)) + 1):
        parts.append(f"\n{article}-бап. {dice.choice(SUBJECTS)}\n")
        sentences = [_sentence(dice) for _ in range(dice.randint(2, 5))]
        parts += [f"{place}. {sentence}\n" for place, sentence in enumerate(sentences, 1)]
    return "".join(parts)


def _sentence(dice: random.Random) -> str:
    bearer, body = dice.choice(BEARERS), dice.choice(BODIES)
    kind = dice.randrange(14)
    if kind > 6:
        return dice.choice(PROSE)
    if kind == 0:
        return f"{bearer} {dice.choice(DUTIES)}."
    if kind == 1:
        return f"{bearer} {dice.choice(RIGHTS)}."
    if kind == 2:
        return f"{dice.choice(BANS)}."
    if kind == 3:
        least = dice.randrange(len(YEARS) - 1)
        most = dice.randrange(least + 1, len(YEARS))
        return (
            f"{dice.choice(CRIMES)} - {YEARS[least]} жылдан {YEARS[most]} жылға дейінгі мерзімге "
            f"бас бостандығынан айыруға жазаланады."
        )
    if kind == 4:
        return f"Жұмысқа {dice.choice(AGES)} жасқа толған азаматтар алынады."
    if kind == 5:
        return (
            f"Осы бап Қазақстан Республикасы {dice.choice(CODES)} {dice.randint(1, 400)}-бабына "
            f"сәйкес қолданылады."
        )
    day, month, year = dice.randint(1, 28), dice.choice(MONTHS_AT), dice.randint(1996, 2015)
    return (
        f"{body} «{dice.choice(SUBJECTS)} туралы» Қазақстан Республикасының {year} жылғы {day} "
        f"{month} N {dice.randint(1, 900)} Заңына сәйкес бақылауды қамтамасыз етсін."
    )


def write(folder: Path, count: int, articles: int = 0) -> int:
    """Write acts below `folder`, 1000 to a folder; return their size in bytes of UTF-8."""
    size = 0
    for number in range(1, count + 1):
        path = folder / f"{number // 1000:03}" / f"act-{number:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        size += path.write_bytes(act(number, articles).encode())
    return size


def write_lines(folder: Path, count: int, articles: int = 0) -> int:
    """Write acts as JSON Lines, 1000 to a file; return their size in bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    size = 0
    for first in range(1, count + 1, 1000):
        lines = [
            json.dumps(
                {"id": f"act-{number:06}", "lang": "kk", "text": act(number, articles)},
                ensure_ascii=False,
            )
            for number in range(first, min(first + 1000, count + 1))
        ]
        path = folder / f"acts-{first // 1000:05}.jsonl"
        size += path.write_bytes("".join(f"{line}\n" for line in lines).encode())
    return size


def main() -> None:
    """Write as many acts as the command line asks for."""
    folder, count, *lines = sys.argv[1:]
    writer = write_lines if lines == ["--lines"] else write
    print(f"{count} acts, {writer(Path(folder), int(count)) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
