"""The diagnostics of policy documents: HG100 to HG199, a sentence each.

100-119: the text is not a document. 120-139: the document's structure. 140-179: elements and
attributes. 180-199: references to things outside the document.
"""

from __future__ import annotations

CODES = {
    "HG100": "The document is larger than 1 MB.",
    "HG101": "The document nests deeper than 100 elements.",
    "HG102": "The text holds a character that no document may hold.",
    "HG103": "The document has no root element.",
    "HG104": "There is something outside the root element.",
    "HG105": "A tag is malformed.",
    "HG106": "An element, comment, section or tag is not closed.",
    "HG107": "An end tag does not match the element that is open.",
    "HG108": "A document type definition is not allowed.",
    "HG109": "An entity or a raw `&` cannot be read.",
    "HG110": "An expression is not closed, or its brackets do not match.",
    "HG111": "An attribute is given twice.",
    "HG112": "An attribute value holds a raw `<`.",
    "HG113": "The file cannot be read as text.",
    "HG119": "There are more findings than are listed.",
    "HG120": "The root element is not the one that this place needs.",
    "HG121": "The document has a section that no policy document has.",
    "HG122": "The document has a section twice.",
    "HG123": "A section or the root element has attributes or text of its own.",
    "HG124": "`base` stands where nothing can be inherited.",
    "HG125": "`base` stands twice in one section.",
    "HG140": "No policy element has this name.",
    "HG141": "The element has no attribute of this name.",
    "HG142": "A required attribute is missing.",
    "HG143": "The value has another type than the attribute.",
    "HG144": "The value is out of bounds.",
    "HG145": "The value is none of those allowed.",
    "HG146": "An expression stands where only a literal is allowed.",
    "HG147": "The element may not stand in this section.",
    "HG148": "The element takes no text.",
    "HG149": "A required child element or text is missing.",
    "HG150": "A child element is given too often.",
    "HG151": "The element has no child element of this name.",
    "HG152": "The child elements are not in the documented order.",
    "HG153": "The attributes or children contradict each other.",
    "HG154": "The element may stand only once among its siblings.",
    "HG155": "The value is empty.",
    "HG156": "The value only looks like an expression: text around it makes it a literal.",
    "HG157": "The value is well-formed but means nothing here.",
    "HG180": "No policy fragment has this id.",
    "HG181": "A policy fragment includes a policy fragment.",
    "HG182": "No named value has this name.",
    "HG183": "No backend has this id.",
}
