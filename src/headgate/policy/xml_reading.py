"""XML that came from outside, read by lxml within bounds (design: security).

No document types, so no entities beyond the five of XML and nothing that is fetched. What follows
walks the tree in the event loop, so the number of tags and attributes is bounded too.
"""

from __future__ import annotations

from lxml import etree

SIZE_MAX = 1 << 20
"""Bytes of a document."""
MARKS_MAX = 16_000
"""Tags and attributes, counted by their `<` and `=`, wherever these stand."""
CROWD_MAX = 2_000_000
"""Sum of the squares of how many `=` stand between one `<` and the next: reading an element takes
time by the square of its attributes."""
DEPTH_MAX = 200


class XmlRefused(Exception):
    """A document is not well-formed, or out of bounds; the message says which."""


def read_xml(content: bytes) -> etree._Element:
    """Return the root of a document. Raises XmlRefused."""
    if len(content) > SIZE_MAX:
        raise XmlRefused(f"The XML is {len(content)} bytes long; {SIZE_MAX} are the most.")
    if content.count(b"<") + content.count(b"=") > MARKS_MAX:
        raise XmlRefused(f"The XML has more than {MARKS_MAX} tags and attributes.")
    if sum(part.count(b"=") ** 2 for part in content.split(b"<")) > CROWD_MAX:
        raise XmlRefused("The XML has elements with too many attributes.")
    # UTF-16 puts a zero beside each character; the parser is asked too, for other encodings.
    if b"<!DOCTYPE" in content.replace(b"\0", b""):
        raise XmlRefused("A document type is not allowed in XML.")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise XmlRefused(f"The XML is not well-formed: {error}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise XmlRefused("A document type is not allowed in XML.")
    if _depth(root) > DEPTH_MAX:
        raise XmlRefused(f"The XML is nested more than {DEPTH_MAX} levels deep.")
    return root


def _depth(root: etree._Element) -> int:
    level, depth = [root], 0
    while level and depth <= DEPTH_MAX:
        level = [child for element in level for child in element]
        depth += 1
    return depth
