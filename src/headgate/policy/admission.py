"""Asking the counters for a call: all limits of an element at once, and what they said.

Tokens and money are limited alike: a rule of kind `cost` tests what prompt and hold cost by the
price table (design: limits, section 2).
"""

from __future__ import annotations

import msgspec

from headgate.limits.operations import Full, Granted, Refused, Reserve, Rule
from headgate.model.context import Context
from headgate.model.errors import CallError, Fault, internal_error
from headgate.model.record import Admission, CounterReading
from headgate.policy.effects import Apply, Steps
from headgate.policy.metering import Metering
from headgate.policy.schema import Site
from headgate.tokens.prices import Price

ADMISSION = (Granted, Refused)

FULL_RETRY_AFTER = 5
"""Seconds that a caller is told to wait while there is no room for its counter; nobody can know,
but every question meanwhile looks for counters that can be forgotten."""


class Asked(msgspec.Struct, frozen=True, gc=False):
    """One question to the counters with its answer, a fact of the call.

    It is put together on the path of every call, and told as an `Admission` where somebody wants to
    know, off that path.
    """

    site: Site
    operation: Reserve
    outcome: Granted | Refused

    def admission(self) -> Admission:
        """Return the decision as the usage record keeps it."""
        operation, outcome = self.operation, self.outcome
        refused = outcome if isinstance(outcome, Refused) else None
        readings = [
            CounterReading(
                rule.counter, tested.limit, tested.used, tested.held, left, tested.needed
            )
            for rule, tested, left in zip(
                operation.rules, outcome.tested, outcome.remaining, strict=True
            )
        ]
        return Admission(
            source=self.site.name,
            path=self.site.path,
            mode=operation.mode,
            asked=operation.prompt,
            hold=operation.hold,
            counters=tuple(readings),
            refused_by=None if refused is None else refused.rule,
            wait=None if refused is None else refused.wait,
            waits_on_holds=refused is not None and refused.waits_on_holds,
        )


def ask(
    context: Context,
    account: Metering,
    *,
    site: Site,
    rules: tuple[Rule, ...],
    prompt: int,
    limit_may_change: bool,
) -> Steps[Granted | Refused]:
    """Reserve what the call may use under all rules, or nothing.

    `site` is where the element stands that asks; `rules` on money are the last; `prompt` is what is
    charged at once, beside what earlier attempts of the call have used. What the counters said is
    kept for the usage record. Raises CallError 500 when a rule limits money and the price table
    does not know the model, 503 when counters are full.
    """
    terms = account.terms
    hold = account.hold(context)
    cost_prompt = cost_hold = 0
    spent = account.usage
    if spent is not None:
        # Another attempt at a backend: earlier ones have used what they have used.
        prompt += spent.total_tokens
    if rules[-1].kind == "cost":
        price = price_of(account)
        # A prompt that nobody had counted is charged when the answer tells it, as its tokens are.
        own = prompt if spent is None else prompt - spent.total_tokens
        cost_prompt, cost_hold = own * price.input, hold * price.output
        if spent is not None:
            cost_prompt += price.cost(spent)
        account.price = price
    operation = Reserve(
        id=context.request_id,
        rules=rules,
        prompt=prompt,
        hold=hold,
        mode=terms.admission,
        lifetime=terms.hold_lifetime,
        # The same call may fit when it comes again, without an attempt that is in vain.
        limit_may_change=limit_may_change or spent is not None,
        hold_least=hold if account.llm.completion_cap is not None else account.llm.choices,
        choices=account.llm.choices,
        cost_prompt=cost_prompt,
        cost_hold=cost_hold,
    )
    outcome = yield from Apply(operation)
    if isinstance(outcome, Full):
        raise no_room(outcome, source=site.name)
    assert isinstance(outcome, ADMISSION)
    context.facts.append(Asked(site, operation, outcome))
    if isinstance(outcome, Granted):
        account.reserved = True
        account.granted = outcome.hold
    return outcome


def no_room(full: Full, *, source: str) -> CallError:
    """Return the 503 for a call that cannot be counted: it is neither admitted nor refused."""
    error = CallError(
        503,
        f"This call cannot be counted at the moment. Try again in {FULL_RETRY_AFTER} seconds.",
        source=source,
        reason="CountersFull",
        fault=Fault.OPERATOR if full.of_keys else Fault.GATEWAY,
        headers=(("Retry-After", str(FULL_RETRY_AFTER)),),
    )
    error.detail = full.message
    return error


def price_of(account: Metering) -> Price:
    """Return the price of the model that was asked for. Raises CallError 500."""
    prices = account.terms.prices
    price = None if prices is None else prices.find(account.llm.model)
    if price is None:
        detail = f"A limit in money needs a price for the model '{account.llm.model[:100]}'."
        raise internal_error("prices", "ModelHasNoPrice", detail=detail)
    return price
