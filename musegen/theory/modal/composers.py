"""Which composers died before 1650, and so which scores are read by mode unless another reading is asked for."""

from __future__ import annotations

import re
from typing import NamedTuple

from musegen.score.model import Score

LIMIT = 1650
"""Composers who died by then are read by mode."""

_LIVES = """
perotin 1238; leonin 1201; adam de la halle 1288; philippe de vitry 1291-1361; machaut 1300-1377
jacopo da bologna 1340-1386; giovanni da cascia 1350; giovanni da firenze 1350; piero da firenze 1350
gherardello 1320-1363; lorenzo da firenze 1372; vincenzo da rimini 1360; niccolo da perugia 1400; landini 1325-1397
landino 1325-1397; paolo da firenze 1355-1436; bartolino da padova 1405; andrea da firenze 1415; zacara 1350-1413
zacharias 1350-1413; gratiosus 1400; egardus 1400; perrinet 1400; guymont 1400; johannes graneti 1400; d. luca 1450
ciconia 1370-1412; matteo da perugia 1418; antonello da caserta 1402; solage 1403; senleches 1395; cordier 1440
dunstable 1390-1453; dunstaple 1390-1453; leonel power 1370-1445; binchois 1400-1460; dufay 1397-1474
du fay 1397-1474; busnois 1430-1492; busnoys 1430-1492; ockeghem 1410-1497; regis 1425-1496; tinctoris 1435-1511
hayne van ghizeghem 1445-1497; obrecht 1457-1505; agricola 1445-1506; isaac 1450-1517; heinrich isaac 1450-1517
compere 1445-1518; brumel 1460-1512; pierre de la rue 1452-1518; josquin 1450-1521; mouton 1459-1522
fevin 1470-1512; ghiselin 1507; tromboncino 1470-1535; cara 1465-1525; pietrobono 1497; weerbeke 1445-1516
hofhaimer 1459-1537; senfl 1486-1543; encina 1468-1529; penalosa 1470-1528; cornysh 1465-1523; fayrfax 1464-1521
taverner 1490-1545; sheppard 1515-1558; tallis 1505-1585; tye 1505-1573; willaert 1490-1562; gombert 1495-1560
clemens non papa 1510-1555; crecquillon 1505-1557; arcadelt 1507-1568; verdelot 1480-1530; festa 1485-1545
janequin 1485-1558; sermisy 1490-1562; certon 1510-1572; morales 1500-1553; cabezon 1510-1566
lusitano 1520-1561; rore 1515-1565; cipriano de rore 1515-1565; zarlino 1517-1590; vicentino 1511-1575
animuccia 1520-1571; monte 1521-1603; philippe de monte 1521-1603; palestrina 1525-1594; guerrero 1528-1599
le jeune 1530-1600; goudimel 1514-1572; waelrant 1517-1595; costeley 1530-1606; lassus 1532-1594; lasso 1532-1594
wert 1535-1596; giaches de wert 1535-1596; merulo 1533-1604; andrea gabrieli 1533-1585; giovanni gabrieli 1554-1612
gabrieli 1612; byrd 1540-1623; ferrabosco 1543-1588; ingegneri 1535-1592; luzzaschi 1545-1607; victoria 1548-1611
nanino 1543-1607; anerio 1560-1614; soriano 1549-1621; marenzio 1553-1599; gesualdo 1566-1613; vecchi 1550-1605
banchieri 1568-1634; gastoldi 1554-1609; caccini 1551-1618; peri 1561-1633; monteverdi 1567-1643; viadana 1560-1627
frescobaldi 1583-1643; handl 1550-1591; gallus 1550-1591; lechner 1553-1606; hassler 1564-1612; demantius 1567-1643
eccard 1553-1611; michael praetorius 1571-1621; praetorius 1621; schein 1586-1630; sweelinck 1562-1621
morley 1557-1602; dowland 1563-1626; weelkes 1576-1623; wilbye 1574-1638; gibbons 1583-1625; tomkins 1572-1656
farnaby 1563-1640; philips 1560-1628; dering 1580-1630; lobo 1555-1617; cardoso 1566-1650; ludford 1557
"""
_MODERN_HAND = re.compile(
    r"\b(arr|harm\w*|after|nach|transcr\w*|realis\w+|realiz\w+|sch(ü|ue)tz|lully|purcell|corelli|buxtehude|pachelbel"
    r"|couperin|rameau|vivaldi|telemann|scarlatti|h(a|ä|ae)ndel|bach|haydn|mozart|beethoven|schubert|mendelssohn"
    r"|schumann|chopin|liszt|wagner|verdi|brahms|bruckner)\b",
    re.IGNORECASE,
)
"""In the composer's field these words mean a later hand, whatever else stands there or in the name of the file."""
_LIFE_SPAN = re.compile(r"\b1[0-8]\d\d\s*[-–/]\s*(1[0-8]\d\d)\b")
_TOO_COMMON = frozenset(
    "victoria isaac cara monte peri morley gallus lobo philips gibbons tye vecchi festa solage cordier wert compere "
    "lasso agricola regis zacharias".split()
)
"""Words that name other things too: looked for in the composer's field, not in the names of files."""


class Before(NamedTuple):
    """Why a score belongs to the time of the modes: `words` for the report."""

    words: str
    died: int


def _lives() -> dict[str, tuple[str, int]]:
    """Name to (life as written, year of death)."""
    found = {}
    for entry in re.split(r"[;\n]", _LIVES):
        name, _, years = entry.strip().rpartition(" ")
        if name:
            found[name] = (years, int(years[-4:]))
    return found


LIVES = _lives()


def before_limit(score: Score) -> Before | None:
    """What the score's composer, else the name of its file, says of its time; None where nothing says before 1650.

    >>> from dataclasses import replace
    >>> from musegen.score.model import Metadata
    >>> from musegen.score.textgrid import parse_grid
    >>> piece = parse_grid("meter: 4/4\\nT: d3 a3 g3 f3")
    >>> before_limit(piece), before_limit(replace(piece, metadata=Metadata(composer="Orlando di Lasso"))).words
    (None, 'composer Lasso, 1532-1594')
    """
    composer = score.metadata.composer
    if _MODERN_HAND.search(composer):
        return None
    span = _LIFE_SPAN.search(composer)
    if span:
        return Before(f"composer, died {span[1]}", int(span[1])) if int(span[1]) <= LIMIT else None
    return _named(composer, "composer", frozenset()) or _named(_file(score), "file name", _TOO_COMMON)


def _named(text: str, where: str, left_out: frozenset[str]) -> Before | None:
    """The longest name of the list that stands in a text as words of its own."""
    plain = " ".join(re.findall(r"[a-z.]+", _unaccented(text).lower()))
    names = [name for name in LIVES if name not in left_out and re.search(rf"\b{re.escape(name)}\b", plain)]
    if not names:
        return (
            Before("file name trecento, 14th century", 1400) if where == "file name" and "trecento" in plain else None
        )
    name = max(names, key=len)
    years, died = LIVES[name]
    life = years if "-" in years else f"died about {years}"
    return Before(f"{where} {name.title()}, {life}", died) if died <= LIMIT else None


def _unaccented(text: str) -> str:
    import unicodedata

    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def _file(score: Score) -> str:
    """The last folder and the name of the file that a score was read from."""
    return " ".join(re.split(r"[\\/]", score.path)[-2:])
