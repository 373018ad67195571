"""The job that runs verovio, in a process of its own: MusicXML of ours in, SVG pages out. Nothing else imports verovio.

verovio ends the whole process on some inputs and speaks only on file descriptor 2, so `engrave` is called through
`musegen.score.worker.Worker("verovio", ...)` and is fed only with what musegen wrote.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

from musegen.errors import EngravingError

_MEI = "{http://www.music-encoding.org/ns/mei}"
_ID = "{http://www.w3.org/XML/1998/namespace}id"


def engrave(payload: dict[str, Any]) -> dict[str, Any]:
    """SVG pages of a MusicXML document, with bounding boxes.

    `payload` holds `musicxml` (bytes), `options` (verovio's), `labels` (a list of [anchor id, staff, row, place,
    characters]: room kept free over or under a note) and `grid` (for each measure a list of [type, dots] of invisible
    values that make measures equally wide; empty for none). The reply holds `page1`, `page2`, ... and `count`.
    """
    import verovio

    toolkit = verovio.toolkit()
    _load(toolkit, payload["musicxml"].decode("utf-8"), payload["options"] | {"inputFrom": "xml"})
    if payload["labels"] or payload["grid"]:
        edited = _edited(toolkit.getMEI(), payload["labels"], payload["grid"])
        toolkit = verovio.toolkit()
        _load(toolkit, edited, payload["options"] | {"inputFrom": "mei"})
    count = toolkit.getPageCount()
    pages = {f"page{number}": toolkit.renderToSVG(number).encode() for number in range(1, count + 1)}
    return {"count": count, "version": toolkit.getVersion()} | pages


def _load(toolkit: Any, text: str, options: dict[str, Any]) -> None:
    toolkit.setOptions(options)
    if not toolkit.loadData(text) or not toolkit.getPageCount():
        raise EngravingError("verovio could not load the music")


def _edited(mei: str, labels: list[list[Any]], grid: list[list[list[Any]]]) -> str:
    """The MEI with room for labels, an invisible grid, and no date (its digest seeds verovio's ids)."""
    tree = etree.fromstring(mei.encode("utf-8"))
    for application in tree.iter(f"{_MEI}application"):
        application.attrib.pop("isodate", "")
    measures = list(tree.iter(f"{_MEI}measure"))
    for measure, values in zip(measures, grid, strict=False):
        _add_grid(measure, values)
    homes = {
        element.get(_ID): measure for measure in measures for element in measure.iter(f"{_MEI}note", f"{_MEI}chord")
    }
    for anchor, staff, row, place, characters in labels:
        if anchor in homes:
            _add_room(homes[anchor], anchor, staff, row, place, characters)
    return etree.tostring(tree, encoding="unicode")


def _add_grid(measure: etree._Element, values: list[list[Any]]) -> None:
    staff = measure.find(f"{_MEI}staff")
    if staff is None:
        return
    layer = etree.SubElement(staff, f"{_MEI}layer", n="99")
    for duration, dots in values:
        space = etree.SubElement(layer, f"{_MEI}space", dur=str(duration))
        if dots:
            space.set("dots", str(dots))


def _add_room(measure: etree._Element, anchor: str, staff: int, row: int, place: str, characters: int) -> None:
    attributes = {"startid": f"#{anchor}", "staff": str(staff), "place": place, "n": str(row)}
    harm = etree.SubElement(measure, f"{_MEI}harm", attributes)
    etree.SubElement(harm, f"{_MEI}rend", halign="left").text = "0" + "." * characters
