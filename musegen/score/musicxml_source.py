"""From the bytes of a MusicXML document to a tree, under limits: encodings, entities, depth, size, timewise scores."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from musegen.errors import MalformedScore, UnreadableFile

MAX_MARKUP = 2_500_000
"""Angle brackets and equals signs in one document: an orchestral hour has some 500 000."""

_DECLARATION = re.compile(rb"""\s*<\?xml[^>]{0,200}?\?>""")
_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_CODECS = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8", "utf-16": "utf-16",
    "iso-8859-1": "iso-8859-1", "latin-1": "iso-8859-1", "latin1": "iso-8859-1",
    "iso-8859-15": "iso-8859-15", "windows-1252": "cp1252", "cp1252": "cp1252",
}  # fmt: skip
_HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_PART_WISE, _TIME_WISE = "score-partwise", "score-timewise"


def parse_document(data: bytes) -> tuple[etree._Element, bytes]:
    """The `score-partwise` root and the document it was parsed from: UTF-8, without byte order mark, partwise.

    Raises:
        UnreadableFile: an unknown encoding, or not MusicXML.
        MalformedScore: not well-formed, or with declarations of its own (entities).
    """
    document = as_utf8(data)
    root = parse_xml(document)
    if root.tag == _TIME_WISE:
        root = _partwise(root)
        document = _HEAD + etree.tostring(root)
    if root.tag != _PART_WISE:
        raise UnreadableFile(f"the document is <{root.tag}>, not a MusicXML score", hint="export one score as MusicXML")
    return root, document


def as_utf8(data: bytes) -> bytes:
    """The document in UTF-8 without a byte order mark, whatever encoding it declares.

    Raises:
        MalformedScore: bytes that are not in the declared encoding; names the first one.
        UnreadableFile: an encoding that scores do not come in.

    >>> as_utf8("<a/>".encode("utf-16"))
    b'<?xml version="1.0" encoding="UTF-8"?>\\n<a/>'
    """
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _recoded(data, "utf-16")
    if data[:2] in (b"<\0", b"\0<"):
        return _recoded(data, "utf-16-le" if data[1:2] == b"\0" else "utf-16-be")
    found = _ENCODING.match(data[:400].lstrip())
    name = found[1].decode().lower() if found else "utf-8"
    codec = _CODECS.get(name)
    if codec is None:
        raise UnreadableFile(f"the encoding `{name}` is not one that scores come in", hint="save it as UTF-8")
    if codec == "utf-8":
        if not data.isascii():
            _decoded(data, "utf-8")
        return data if data.startswith(b"<") else data.lstrip()
    return _recoded(data, codec)


def _decoded(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise MalformedScore(
            f"byte {error.start} is not {error.encoding.upper()}", hint="save the file as UTF-8"
        ) from None


def _recoded(data: bytes, codec: str) -> bytes:
    text = _decoded(data, codec).encode("utf-8", "surrogatepass")
    return _HEAD + _DECLARATION.sub(b"", text, count=1).lstrip()


def parse_xml(document: bytes) -> etree._Element:
    """The root of an XML document in UTF-8 that keeps to the limits.

    Raises:
        UnreadableFile, MalformedScore: as `parse_document` does.
    """
    if len(document) > MAX_MARKUP and document.count(b"<") + document.count(b"=") > MAX_MARKUP:
        raise UnreadableFile("the document has more markup than any score", hint="split it into movements")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, attribute_defaults=False,
        huge_tree=False, remove_comments=True, remove_pis=True, remove_blank_text=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        text = str(error.msg).split(", line")[0]
        raise MalformedScore(f"line {line}, column {column}: {text}", hint="the XML is damaged") from None
    declared: Any = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in (*declared.iterentities(), *declared.iterelements())):
        raise MalformedScore("the document declares entities of its own", hint="export the score again without a DTD")
    if b"&" in document:
        for entity in root.iter(etree.Entity):
            raise MalformedScore(f"`{entity.text}` is not defined", hint="the XML is damaged")
    return root


def _partwise(root: etree._Element) -> etree._Element:
    """A score-timewise document turned round: parts that hold measures."""
    turned = etree.Element(_PART_WISE, _attributes(root))
    parts: dict[str, etree._Element] = {}
    for child in list(root):
        if child.tag != "measure":
            turned.append(child)
            continue
        for part in list(child):
            name = part.get("id", "")
            if name not in parts:
                parts[name] = etree.Element("part", {"id": name})
            measure = etree.SubElement(parts[name], "measure", _attributes(child))
            measure.extend(list(part))
    turned.extend(parts.values())
    return turned


def _attributes(element: etree._Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in element.items()}
