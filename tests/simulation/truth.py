"""What one call really used, as the upstream knows it. Imports nothing of the product."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.simulation.book import Counter


@dataclass
class Attempt:
    """One request that was sent upstream, and what came of it."""

    status: int = 0
    tokens: int = 0
    """Completion tokens that reached the gateway; none of a buffered answer that broke off."""
    reported: tuple[int, int] | None = None
    """Prompt and completion of the `usage` that reached the gateway."""


@dataclass
class Truth:
    """The call's attempts. `estimate` is the count of its prompt."""

    call: str
    estimate: int
    attempts: list[Attempt] = field(default_factory=list)
    counted: bool = False
    """Whether the prompt was charged at admission."""
    lines: int = 0
    """Data lines that passed: what a batch may say at most."""
    real: int = 0
    covered: dict[Counter, int] = field(default_factory=dict)
    over: int = 0
    """Tokens of the prompt's charge that the provider did not count."""
    cut: int = 0
    """Tokens of the chunk at which the gateway ended the stream."""

    def send(self) -> None:
        """Note that an attempt was sent."""
        self.attempts.append(Attempt())

    def passed(self, tokens: int, *, lines: int) -> None:
        """Note that tokens reached the gateway."""
        self.attempts[-1].tokens += tokens
        self.lines += lines

    @property
    def reached(self) -> bool:
        """Say whether an attempt was sent that did not fail for certain."""
        return bool(self.attempts)

    def expected(self) -> tuple[int, int]:
        """Return prompt and completion that have to be settled (design/limits.md, section 2)."""
        prompt = completion = 0
        for attempt in self.attempts:
            if attempt.reported is not None:
                prompt += attempt.reported[0]
                completion += attempt.reported[1]
            elif attempt.status < 400:
                prompt += self.estimate
                completion += attempt.tokens
        return prompt, completion

    def agrees(self, prompt: int, completion: int) -> bool:
        """Say whether a settlement tells the truth; of a cut stream the last chunk may miss."""
        wanted = self.expected()
        if self.cut:
            return prompt == wanted[0] and wanted[1] - self.cut <= completion <= wanted[1]
        return (prompt, completion) == wanted

    def lose(self, counter: Counter, left: int) -> None:
        """Note that no more than so much is kept under a counter for what the call uses."""
        self.covered[counter] = min(left, self.covered.get(counter, 0))

    def overrun(self, counter: Counter) -> int:
        """Return the real tokens beyond what was charged and held at admission.

        A prompt that was estimated too high pays for some of the completion, and leaves the window
        before it.
        """
        return max(0, self.real - self.covered.get(counter, 0)) + max(0, self.over)
