"""The diagnostics of expressions: HG200 to HG299, a sentence each."""

from __future__ import annotations

CODES = {
    "HG200": "The text is not a C# expression or block.",
    "HG201": "The type has no member of this name in the expression library.",
    "HG202": "The expression library has no type of this name.",
    "HG203": "No overload of the member takes these arguments.",
    "HG204": "This C# syntax is not allowed in policy expressions.",
    "HG205": "The expression is too large, too deep or too complex.",
    "HG206": "The name is not declared.",
    "HG207": "The value has another type than the one needed here.",
    "HG208": "The name is declared twice.",
    "HG209": "Not every way through the block returns a value.",
    "HG210": "The variable is read before it has a value.",
    "HG211": "This cannot be assigned to.",
    "HG212": "The operator does not exist for these types.",
    "HG213": "A literal or constant is out of range.",
}


class BindError(Exception):
    """The expression does not compile: code, message, hint and place in its own text."""

    def __init__(self, code: str, message: str, *, at: int, hint: str = "") -> None:
        super().__init__(message)
        assert code in CODES, code
        self.code = code
        self.message = message
        self.at = at
        """Offset in UTF-8 bytes from the start of the expression's text."""
        self.hint = hint
