"""`llm-content-safety` (apim.md 5)."""

from __future__ import annotations

from typing import Literal

from headgate.model.context import Context
from headgate.policy.content_safety import (
    SEVERITY_MAX,
    TEXT_MAX,
    Screen,
    asked,
    blocked,
    is_attack,
    is_harmful,
    windows,
)
from headgate.policy.effects import Steps
from headgate.policy.fields import attr, child, children
from headgate.policy.metering import read_llm, unreadable
from headgate.policy.schema import Element, ElementError, Part
from headgate.policy.screening import screen_completion
from headgate.policy.value import Value
from headgate.tokens.request import RequestUnreadable

FOUR = "FourSeverityLevels"
CATEGORIES = ("Hate", "SelfHarm", "Sexual", "Violence")


class Category(Part, name="category"):
    """A kind of harm, and from where on it is blocked."""

    name: Value[str] = attr("The category.", one_of=CATEGORIES, any_case=True, example="Hate")
    threshold: Value[int] = attr(
        "Least severity that is blocked.", at_least=0, at_most=SEVERITY_MAX, example="4"
    )


class Categories(Part, name="categories"):
    """The kinds of harm that are looked for."""

    output_type: Value[Literal["FourSeverityLevels", "EightSeverityLevels"]] = attr(
        "Whether severities are 0, 2, 4 and 6, or 0 to 7.",
        default=FOUR,
        any_case=True,
    )
    categories: tuple[Category, ...] = children("A category.", name="category", at_least=1)

    def thresholds(self, context: Context) -> dict[str, int]:
        """Return from where on each category is blocked. Raises DotNetError."""
        names = {name.lower(): name for name in CATEGORIES}
        found = {}
        for one in self.categories:
            name = one.name.of(context)
            found[names.get(name.lower(), name)] = one.threshold.of(context)
        return found


class Blocklists(Part, name="blocklists"):
    """Lists of the service whose entries are blocked."""

    ids: tuple[Value[str], ...] = children("Id of a list.", name="id", at_least=1)


class LlmContentSafety(Element, name="llm-content-safety", sections=("inbound", "outbound")):
    """Have prompts or completions looked at by Azure AI Content Safety, or whoever speaks its API.

    What may not pass is answered with 403. In inbound the prompt is looked at, all of its text, in
    pieces of 10,000 characters; in outbound the completion. A completion is looked at when outbound
    has ended. A stream passes window by window, 1 MB of it waiting at most; one that may not pass
    just ends. What cannot be looked at does not pass: 500, or the end of the stream.
    """

    example = (
        '<llm-content-safety backend-id="content-safety" shield-prompt="true">\n'
        '    <categories output-type="EightSeverityLevels">\n'
        '        <category name="Hate" threshold="4" />\n'
        '        <category name="Violence" threshold="4" />\n'
        "    </categories>\n"
        "    <blocklists>\n"
        "        <id>names</id>\n"
        "    </blocklists>\n"
        "</llm-content-safety>"
    )

    backend_id: Value[str] = attr(
        "Backend of the service, without `/contentsafety`; its credentials are sent.",
        refers="backend",
        example="content-safety",
    )
    shield_prompt: Value[bool] = attr("Whether attacks in prompts are looked for.", default=False)
    enforce_on_completions: Value[bool] = attr(
        "In inbound, whether the completion is looked at, too.", default=False
    )
    window_size: Value[int] = attr(
        "Characters of a completion that are looked at together.",
        at_least=1,
        at_most=TEXT_MAX,
        default=TEXT_MAX,
    )
    window_overlap_size: Value[int] = attr(
        "Characters of a window that the next one begins with.",
        at_least=0,
        at_most=TEXT_MAX,
        default=0,
    )
    categories: Categories | None = child("Kinds of harm.", default=None)
    blocklists: Blocklists | None = child("Lists of what is blocked.", default=None)

    def prepare(self) -> None:
        """See to it that something is looked for. Raises ElementError."""
        self.reads |= {"request.body"}
        if self.categories or self.blocklists:
            return
        if self.shield_prompt.literal is False or self.site.section == "outbound":
            hint = "Add `categories` or `blocklists`."
            raise ElementError("Nothing is looked for.", hint=hint)

    def run(self, context: Context) -> Steps[None]:
        """Look at the prompt. Raises CallError 403, 400 for an unreadable one, 500, DotNetError."""
        screen = self._screen(context)
        if self.site.section == "outbound":
            screen_completion(context, screen)
            return
        body = context.request.body
        try:
            parts = read_llm(context, b"" if body is None else body.outgoing).prompt_parts()
        except RequestUnreadable as error:
            raise unreadable(error) from error
        text = "\n".join(filter(None, parts.texts))
        shields = self.shield_prompt.of(context)
        for window in windows(text) if text else ():
            if shields and (yield from is_attack(screen, window)):
                raise blocked("Request")
            if (yield from is_harmful(screen, window)):
                raise blocked("Request")
        if self.enforce_on_completions.of(context):
            screen_completion(context, screen)

    def _screen(self, context: Context) -> Screen:
        """Return what is looked for. Raises CallError 500, DotNetError."""
        kinds, lists, window = self.categories, self.blocklists, self.window_size.of(context)
        return Screen(
            backend=asked(context, self.backend_id.of(context)),
            thresholds={} if kinds is None else kinds.thresholds(context),
            output_type=FOUR if kinds is None else kinds.output_type.of(context),
            blocklists=() if lists is None else tuple(one.of(context) for one in lists.ids),
            window=window,
            overlap=min(self.window_overlap_size.of(context), window - 1),
        )
