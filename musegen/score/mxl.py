"""Compressed MusicXML: the one document that META-INF/container.xml names, out of a harmless archive."""

from __future__ import annotations

import io
import lzma
import re
import stat
import struct
import zipfile
import zlib

from lxml import etree

from musegen.errors import MalformedScore, UnreadableFile

MAX_UNZIPPED = 64 << 20
MAX_MEMBERS = 1000
MAX_RATIO = 250
"""No score shrinks to less than a 250th; a zip bomb does."""
CONTAINER = "META-INF/container.xml"

DAMAGE = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OverflowError, OSError,
    zlib.error, lzma.LZMAError, struct.error,
)  # fmt: skip
"""What reading a damaged zip archive raises."""
_BAD_NAME = re.compile(r"^[/\\]|^[A-Za-z]:|\\|\0|(^|/)\.\.(/|$)")


def unzip_mxl(data: bytes) -> bytes:
    """The MusicXML document of an .mxl archive.

    Raises:
        MalformedScore: damaged, encrypted, dangerous, or without the document that its container names.
        UnreadableFile: some other kind of archive.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = _checked(archive)
            if CONTAINER not in members:
                raise UnreadableFile("the archive is no compressed MusicXML", hint="export the score as MusicXML")
            name = _root_file(_read(archive, members[CONTAINER])) or _only_score(members)
            if name not in members:
                raise MalformedScore(f"the archive names `{name[:80]}` as its score and does not hold it")
            return _read(archive, members[name])
    except DAMAGE as error:
        raise MalformedScore(f"the archive is damaged ({error})", hint="export the score again") from None


def _checked(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The members by name, all of them harmless."""
    members: dict[str, zipfile.ZipInfo] = {}
    listed = archive.infolist()
    if len(listed) > MAX_MEMBERS:
        raise MalformedScore(f"the archive holds {len(listed)} files")
    for member in listed:
        fault = _fault(member)
        if not fault and member.filename in members:
            fault = "is there twice"
        if fault:
            raise MalformedScore(f"the archive's `{member.filename[:80]}` {fault}", hint="export the score again")
        members[member.filename] = member
    if sum(member.file_size for member in listed) > 2 * MAX_UNZIPPED:
        raise MalformedScore("the archive unpacks to more than any score")
    return members


def _fault(member: zipfile.ZipInfo) -> str:
    if _BAD_NAME.search(member.orig_filename):
        return "would be unpacked outside its folder"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "is a link"
    if member.flag_bits & 1:
        return "is encrypted"
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is compressed in an unknown way"
    if member.file_size > MAX_UNZIPPED:
        return f"unpacks to {member.file_size} bytes"
    if member.file_size > max(1 << 20, MAX_RATIO * member.compress_size):
        return "unpacks to a suspicious size"
    return ""


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    with archive.open(member) as stream:
        data = stream.read(MAX_UNZIPPED + 1)
    if len(data) > MAX_UNZIPPED:
        raise MalformedScore("the archive unpacks to more than any score")
    return data


def _root_file(container: bytes) -> str:
    """The name that a container gives; an empty text where it cannot be read."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(container, parser)
    except etree.XMLSyntaxError:
        return ""
    return next((str(element.get("full-path", "")) for element in root.iter("{*}rootfile")), "")


def _only_score(members: dict[str, zipfile.ZipInfo]) -> str:
    """The one document of an archive whose container cannot be read: some programs write titles there unescaped."""
    found = [name for name in members if name.endswith((".xml", ".musicxml")) and not name.startswith("META-INF/")]
    if len(found) != 1:
        raise MalformedScore(f"the archive's {CONTAINER} names no score", hint="export the score again")
    return found[0]
