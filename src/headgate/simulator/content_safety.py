"""Azure AI Content Safety: texts say themselves how severe they are, so that tests can tell.

`Hate-4` in a text is a severity of 4 in the category Hate, `blocked-NAME` an entry of the list
NAME, and `ignore all previous instructions` an attack.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from headgate.simulator.bodies import Incoming, decode
from headgate.simulator.refusals import bad_body
from headgate.simulator.reply import Reply, document
from headgate.simulator.routes import Kind

TEXT_MAX = 10_000
CATEGORIES = ("Hate", "SelfHarm", "Sexual", "Violence")
SEVERE = re.compile(rf"({'|'.join(CATEGORIES)})-([0-7])")
ATTACK = "ignore all previous instructions"


class AnalyzeBody(msgspec.Struct, rename="camel"):
    """The body of `text:analyze`."""

    text: str
    categories: list[str] | None = None
    blocklist_names: list[str] = []
    output_type: str = "FourSeverityLevels"


class ShieldBody(msgspec.Struct, rename="camel"):
    """The body of `text:shieldPrompt`."""

    user_prompt: str = ""
    documents: list[str] = []


ANALYZE = msgspec.json.Decoder(AnalyzeBody)
SHIELD = msgspec.json.Decoder(ShieldBody)


def analyzed(incoming: Incoming) -> Reply:
    """Return how severe a text is. Raises Refused 400."""
    asked = decode(ANALYZE, incoming.body)
    within_bounds(asked.text)
    worst = dict.fromkeys(asked.categories or CATEGORIES, 0)
    for category, digit in SEVERE.findall(asked.text):
        if category in worst:
            # Four levels are the even ones.
            step = int(digit) if asked.output_type == "EightSeverityLevels" else int(digit) & 6
            worst[category] = max(worst[category], step)
    listed = [{"category": name, "severity": severity} for name, severity in worst.items()]
    matches = [
        {"blocklistName": name, "blocklistItemId": name, "blocklistItemText": f"blocked-{name}"}
        for name in asked.blocklist_names
        if f"blocked-{name}" in asked.text
    ]
    found = {"blocklistsMatch": matches, "categoriesAnalysis": listed}
    return document(msgspec.json.encode(found))


def shielded(incoming: Incoming) -> Reply:
    """Return whether texts are attacks. Raises Refused 400."""
    asked = decode(SHIELD, incoming.body)
    within_bounds(asked.user_prompt)
    analyses = [{"attackDetected": ATTACK in text.lower()} for text in asked.documents]
    prompt = {"attackDetected": ATTACK in asked.user_prompt.lower()}
    found = {"userPromptAnalysis": prompt, "documentsAnalysis": analyses}
    return document(msgspec.json.encode(found))


def within_bounds(text: str) -> None:
    """Refuse a text that is too long. Raises Refused 400."""
    if len(text) > TEXT_MAX:
        raise bad_body(f"The text has more than {TEXT_MAX} characters.", param="text")


ANSWERS: dict[Kind, Callable[[Incoming], Reply]] = {
    Kind.ANALYZE: analyzed,
    Kind.SHIELD: shielded,
}
