"""`llm-token-limit` and `azure-openai-token-limit` (apim.md section 1)."""

from __future__ import annotations

from functools import partial

from headgate.limits.calendar import Period
from headgate.limits.operations import Granted, Refused, Rule
from headgate.model.context import Context
from headgate.policy.admission import ask
from headgate.policy.constraints import at_least_one, together
from headgate.policy.effects import Steps
from headgate.policy.fields import attr, computed
from headgate.policy.kinds import HeaderName, Money
from headgate.policy.metering import Metering, meter
from headgate.policy.publication import Publication
from headgate.policy.schema import Element
from headgate.policy.token_rules import cost_rules, refusal, token_rules
from headgate.policy.value import Value


class LlmTokenLimit(
    Element, names=("llm-token-limit", "azure-openai-token-limit"), sections=("inbound",)
):
    """Limit the tokens of a key, or their cost, per minute, per calendar period, or both.

    Over the rate a caller gets 429, over the quota 403. The prompt is charged before the call and
    the completion held until the answer tells what was used; the difference is then booked exactly
    once, on streams and aborted calls too.
    """

    constraints = (
        at_least_one("tokens_per_minute", "token_quota", "cost_per_minute", "cost_quota"),
        together("token_quota", "token_quota_period"),
        together("cost_quota", "cost_quota_period"),
    )
    example = (
        '<llm-token-limit counter-key="@(context.Subscription.Id)" tokens-per-minute="1000"'
        ' estimate-prompt-tokens="true" />'
    )

    counter_key: Value[str] = attr(
        "Key of the counter: one counter per value for the whole gateway, whoever names it.",
        example="@(context.Subscription.Id)",
    )
    tokens_per_minute: Value[int] | None = attr(
        "Most prompt and completion tokens in any minute.", at_least=0, default=None, example="1000"
    )
    token_quota: Value[int] | None = attr(
        "Most tokens in one period.", at_least=0, default=None, example="100000"
    )
    token_quota_period: Value[Period] | None = attr(
        "The period of the quota, in UTC; weeks begin on Monday.",
        any_case=True,
        default=None,
        example="Monthly",
    )
    cost_per_minute: Value[Money] | None = attr(
        "Ours: most money that tokens may cost in any minute, by the prices in `headgate.toml`.",
        at_least=0,
        default=None,
        example="0.50",
    )
    cost_quota: Value[Money] | None = attr(
        "Ours: most money in one period.", at_least=0, default=None, example="200"
    )
    cost_quota_period: Value[Period] | None = attr(
        "The period of the quota in money.", any_case=True, default=None, example="Monthly"
    )
    estimate_prompt_tokens: bool = attr(
        "Whether the prompt is counted before the call; streams always are.", default=False
    )
    retry_after_header_name: HeaderName = attr(
        "Response header with the seconds to wait after a refusal.", default="Retry-After"
    )
    retry_after_variable_name: str | None = attr("Variable for the same number.", default=None)
    remaining_quota_tokens_header_name: HeaderName | None = attr(
        "Response header with the tokens left in the period.", default=None
    )
    remaining_quota_tokens_variable_name: str | None = attr(
        "Variable for the same number.", default=None
    )
    remaining_tokens_header_name: HeaderName | None = attr(
        "Response header with the tokens left of the minute.", default=None
    )
    remaining_tokens_variable_name: str | None = attr("Variable for the same number.", default=None)
    tokens_consumed_header_name: HeaderName | None = attr(
        "Response header with the tokens of this call, once the answer is known.", default=None
    )
    tokens_consumed_variable_name: str | None = attr(
        "Variable with the estimated prompt, and after the answer with all tokens of this call.",
        default=None,
    )
    limit_may_change: bool = computed()
    limits_money: bool = computed()

    def prepare(self) -> None:
        """Find out once what the limits are about, and whether they are the same for all calls."""
        self.reads = self.reads | {"request.body"}
        limits = (self.tokens_per_minute, self.token_quota, self.cost_per_minute, self.cost_quota)
        self.limits_money = self.cost_per_minute is not None or self.cost_quota is not None
        self.limit_may_change = any(limit is not None and not limit.constant for limit in limits)

    def run(self, context: Context) -> Steps[None]:
        """Admit the call or refuse it. Raises CallError 429, 403, 400 or 500."""
        account = meter(context)
        counts = self.estimate_prompt_tokens or account.llm.stream or account.exact
        prompt = (yield from account.count_prompt()) if counts else 0
        rate, quota = token_rules(self, context)
        rules: tuple[Rule, ...] = tuple([rule for rule in (rate, quota) if rule is not None])
        if self.limits_money:
            rules += cost_rules(self, context)
        outcome = yield from self._ask(context, account, rules=rules, prompt=prompt)
        published = Publication(self, rate=rate, quota=quota, remaining=outcome.remaining)
        published.publish(context)
        if self.tokens_consumed_variable_name is not None:
            context.variables[self.tokens_consumed_variable_name] = prompt
        if isinstance(outcome, Refused):
            raise refusal(self, context, refused=outcome, rule=rules[outcome.rule])
        account.limits.append(published)
        if account.exact:
            again = partial(self._again, context, account, rules=rules, prompt=prompt)
            account.readmissions.append(again)

    def _ask(
        self, context: Context, account: Metering, *, rules: tuple[Rule, ...], prompt: int
    ) -> Steps[Granted | Refused]:
        return ask(
            context,
            account,
            site=self.site,
            rules=rules,
            prompt=prompt,
            limit_may_change=self.limit_may_change,
        )

    def _again(
        self, context: Context, account: Metering, *, rules: tuple[Rule, ...], prompt: int
    ) -> Steps[None]:
        """Admit another attempt at a backend, beside what earlier ones used. Raises CallError."""
        outcome = yield from self._ask(context, account, rules=rules, prompt=prompt)
        if isinstance(outcome, Refused):
            raise refusal(self, context, refused=outcome, rule=rules[outcome.rule])
