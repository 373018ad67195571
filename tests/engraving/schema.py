"""The MusicXML 4.0 schema without a network: the copy in the PyPI package `musicxml`, and two small ones of ours."""

from functools import cache
from pathlib import Path

from lxml import etree

_XML = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/XML/1998/namespace">
  <xs:attribute name="lang" type="xs:language"/>
  <xs:attribute name="space"><xs:simpleType><xs:restriction base="xs:NCName">
    <xs:enumeration value="default"/><xs:enumeration value="preserve"/></xs:restriction></xs:simpleType></xs:attribute>
</xs:schema>"""
_XLINK = (
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/1999/xlink">'
    + "".join(
        f'<xs:attribute name="{name}" type="xs:string"/>'
        for name in ("href", "type", "role", "title", "show", "actuate")
    )
    + "</xs:schema>"
)


class _Resolver(etree.Resolver):
    def resolve(self, url, public_id, context):
        return self.resolve_string(_XLINK if "xlink" in url else _XML, context)


@cache
def schema() -> etree.XMLSchema:
    import musicxml

    path = Path(musicxml.__file__).parent / "generate_classes" / "musicxml_4_0.xsd"
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Resolver())
    return etree.XMLSchema(etree.fromstring(path.read_bytes(), parser))


def faults(xml: bytes) -> list[str]:
    """What the schema says against a document; empty when it is valid."""
    schema().validate(etree.fromstring(xml))
    return [f"{error.line}: {error.message}" for error in schema().error_log]
