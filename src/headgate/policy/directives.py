"""`base` and `include-fragment`: elements that the compiler handles before any is built.

They are declared like the others, so that their attributes are checked and documented alike.
"""

from __future__ import annotations

from headgate.policy.fields import attr
from headgate.policy.schema import SECTIONS, Element


class Base(Element, name="base", sections=SECTIONS):
    """Run here what the next broader scope has in the same section.

    A section without `base` inherits nothing. In the document of all APIs it has no effect.
    """

    example = "<base />"


class IncludeFragment(Element, name="include-fragment", sections=SECTIONS):
    """Put the content of a policy fragment here, as if it had been written in its place.

    A fragment holds neither sections nor `base` nor other fragments.
    """

    example = '<include-fragment fragment-id="shared-headers" />'

    fragment_id: str = attr("Id of the fragment.", example="shared-headers")


DIRECTIVE_ELEMENTS: tuple[type[Element], ...] = (Base, IncludeFragment)
