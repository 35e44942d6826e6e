"""Creates texts for the benchmark of `ctick scan`, from word lists, templates and a seed.

python prose.py KIND FILE SIZE
"""

import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

POOL = 60_000
"""Different sentences without an amount, from which paragraphs are made; no paragraph comes twice."""


def listed(words: str) -> list[str]:
    return words.split("|")


SUBJECTS = listed(
    "The ministry|Officials in Astana|The regional governor|Kyrgyz lawmakers|The central bank’s board|A spokesman for the company|"
    "Analysts|The World Bank|Residents of the village|Uzbekistan’s president|The state railway|Border guards|The Asian Development Bank|"
    "Tajik farmers|The country’s largest airline|Prosecutors|Environmental groups|The mayor of Tashkent|Some observers|A court in Almaty|"
    "Turkmenistan’s state news agency|The summit’s participants|The trade union|Energy Minister Almasadam Satkaliyev|The National Statistics "
    "Committee|Economists|The Russian embassy|The consortium|Several deputies|Two Chinese contractors|The opposition|The Eurasian Economic "
    "Commission|Water users downstream|The museum’s director|Teachers and doctors|The European Union’s special envoy|Local media"
)
VERBS = listed(
    "announced|confirmed|criticized|has postponed|plans to discuss|is expected to approve|rejected|praised|welcomed|will finance|"
    "presented|agreed to speed up|suspended|questioned|took part in|is looking for partners for|signed an agreement on|called for|"
    "has completed|described|launched|summoned experts to assess|published a report on|warned against|resumed"
)
OBJECTS = listed(
    "the construction of a second railway line to China|the reform of the pension system|a draft law on foreign agents|"
    "the Trans-Caspian corridor|new rules for mobile operators|the modernization of thermal power plants|the repair of irrigation canals|"
    "the summer tourist season on Lake Issyk-Kul|a memorandum of cooperation with the EU|the Rogun hydropower project|"
    "exports of natural gas to Europe|a digital platform for small businesses|the education of girls in mountain villages|"
    "the privatization of sixty state enterprises|checks on imported medicines|the delimitation of the border|a summary of the findings|"
    "the census|the national airline’s debts|the somewhat outdated tax code|a manatee exhibition at the Astana aquarium|"
    "the country’s first nuclear power plant|an appeal by three journalists|labor migration to Russia and South Korea|a snow leopard reserve|"
    "the shortage of drinking water in the south|the assumptions behind last year’s forecast"
)
ENDINGS = listed(
    "|, according to a statement|, the press service reported on Tuesday|, despite protests|, as part of a strategy until 2030|"
    " during a visit to Samarkand|, which had been delayed since 2019|, citing security concerns|. “This is a historic step,” he said|"
    " after talks that lasted more than six hours|. The document has 47 articles|, sources told reporters|, an increase of 12.4% on a year "
    "earlier|. More than 1,200 people took part|, two weeks after the parliamentary elections|. It was the third such case in 2024|"
    " – a decision that surprised few|. “We can’t wait another ten years,” the minister added|, although no date has been set|"
    ", and 35 specialists were invited|, the second-largest in the region after that of 2022|. In total, 54.9 million tons were shipped|"
    ", an investment of $1.2 billion|. The meeting on April 3 ended without a result|, covering some 1,510 kilometers"
)
AMOUNTS = listed(
    "The work will cost {n:,} {name} (about ${d:,}).|A family of four now pays {n:,} {name} a month for heating.|The fine is {n:,} {code}.|"
    "Last year’s budget was {m} billion {name} (${e} million), the ministry said.|He was asked to pay from {n:,} to {o:,} {name}.|"
    "The loan of {m} million {name} has to be repaid within {k} years.|Wages rose by {k}% to {n:,} {name} (${d:,})."
)
NAMES = (
    ("Kyrgyz som", "KGS", 0.0114),
    ("tenge", "KZT", 0.0022),
    ("somoni", "TJS", 0.108),
    ("soums", "UZS", 0.000085),
    ("manat", "TMT", 0.2857),
)
"""Names, codes, and USD for one: nine of ten dollar figures are right."""

RUSSIAN = (
    "Министерство|Глава региона|Представители компании|Депутаты парламента|Жители села|Национальный банк|Эксперты|Пограничная служба|"
    "Прокуратура области|Президент Узбекистана|Таджикские фермеры|Посольство России|Мэрия Ташкента|Профсоюз учителей|Некоторые наблюдатели",
    "объявило о начале|сообщили подробности|обсудили итоги|перенесли сроки|подтвердил планы|раскритиковали ход|добиваются ускорения|"
    "опубликовали итоги|высказали сомнения относительно|подвёл сумму результатов",
    "строительства второй железнодорожной ветки в Китай|пенсионной реформы|ремонта оросительных каналов|переговоров о границе|"
    "модернизации тепловых электростанций|переписи населения|летнего туристического сезона на Иссык-Куле|проверки импортных лекарств|"
    "приватизации государственных предприятий|трудовой миграции в Россию|создания заповедника для снежного барса",
    "|, говорится в сообщении|, несмотря на протесты|. «Ждать больше нельзя», — заявил министр|, передаёт корреспондент агентства|"
    " в ходе визита в Самарканд|, что на 12,4% больше, чем годом ранее|. В документе 47 статей|. Это уже третий случай за 2024 год|"
    ". Участие приняли более 1200 человек|, хотя точная дата пока не названа|. Инвестиции превысят $1,2 млрд",
)  # fmt: skip
RUSSIAN_AMOUNTS = listed(
    "Работы обойдутся в {k},{k} млн тенге (около ${d}).|Семья платит {n} сомов в месяц.|Штраф составит {n} KGS.|"
    "На это выделили {k},{k} млрд сумов.|Зарплаты составляют от {n} до {o} сомони."
)

Sentences = Callable[[random.Random], str]


def english(chance: random.Random) -> str:
    return f"{' '.join(map(chance.choice, (SUBJECTS, VERBS, OBJECTS)))}{chance.choice(ENDINGS)}."


def russian(chance: random.Random) -> str:
    subject, verb, what, ending = (chance.choice(listed(words)) for words in RUSSIAN)
    return f"{subject} {verb} {what}{ending}."


def amount(chance: random.Random, templates: list[str]) -> str:
    """A sentence with one amount, or with two ends of a range."""
    name, code, rate = chance.choice(NAMES)
    rate *= chance.choice((1, 1, 1, 1, 1, 1, 1, 1, 1, 10))
    n, m = chance.randrange(100, 999_999), chance.randrange(11, 999) / 10
    figures = {
        "n": n,
        "o": n + chance.randrange(1, n),
        "m": m,
        "d": round(n * rate + 1),
        "e": round(m * 1000 * rate + 1),
    }
    return chance.choice(templates).format(name=name, code=code, k=chance.randrange(2, 30), **figures)


def paragraphs(sentence: Sentences, templates: list[str], every: int, seed: int) -> Iterator[str]:
    """Paragraphs of three to seven sentences, with an amount about once in `every` bytes."""
    chance = random.Random(seed)
    pool = [sentence(chance) for _ in range(POOL)]
    owed = 0
    while True:
        chosen = chance.choices(pool, k=chance.randint(3, 7))
        owed += sum(map(len, chosen)) * (2 if sentence is russian else 1)
        while owed >= every:
            chosen.insert(chance.randint(0, len(chosen)), amount(chance, templates))
            owed -= every
        yield " ".join(chosen) + "\n\n"


def html(seed: int) -> Iterator[str]:
    """The prose, with the markup that news sites put around it."""
    head = (
        '<!doctype html>\n<html lang="en"><head><title>News</title><script>var n = 500; // som</script></head><body>\n'
    )
    yield head
    for number, text in enumerate(paragraphs(english, AMOUNTS, 2000, seed)):
        quoted = text.strip().replace("&", "&amp;").replace("’", "&#8217;")
        first, _, rest = quoted.partition(" ")
        yield (
            f'<div class="entry-content block-{number}" data-id="{number}"><p style="text-align:left"><a href="/news/{number}/'
            f'?ref=som">{first}</a> {rest}</p></div>\n'
        )


def repeated(unit: str) -> Iterator[str]:
    while True:
        yield unit * (4096 // len(unit))


def one_line() -> Iterator[str]:
    return (text.replace("\n", " ") for text in paragraphs(english, AMOUNTS, 2000, 1))


KINDS: dict[str, Callable[[], Iterator[str]]] = {
    "prose": lambda: paragraphs(english, AMOUNTS, 4200, 1),  # as many as on the two real pages that ctick grew up with
    "an amount in every 2 kB": lambda: paragraphs(english, AMOUNTS, 2000, 1),
    "an amount in every 200 bytes": lambda: paragraphs(english, AMOUNTS, 200, 2),
    "Russian": lambda: paragraphs(russian, RUSSIAN_AMOUNTS, 2000, 3),
    "HTML": lambda: html(4),
    "prose in one line": one_line,
    "digits": lambda: repeated("1234567890"),
    "numbers": lambda: repeated("12 "),
    "5 som": lambda: repeated("5 som "),
    "brackets": lambda: repeated("("),
    "dollar signs": lambda: repeated("$"),
}


def write(kind: str, path: Path, size: int) -> None:
    """At least `size` bytes of a kind of text."""
    with path.open("wb") as file:
        for text in KINDS[kind]():
            file.write(text.encode())
            if file.tell() >= size:
                break


if __name__ == "__main__":
    write(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
