"""`cors` (apim.md 9.7)."""

from __future__ import annotations

from headgate.model.context import Context
from headgate.model.messages import Body, Headers, Response
from headgate.policy.cross_origin import ANY, CrossOrigin, Preflight, normal_origin
from headgate.policy.fields import attr, child, children, computed
from headgate.policy.plan import ResponseReturned
from headgate.policy.schema import Element, Part
from headgate.policy.value import Value

SIMPLE = ("GET", "HEAD")
"""Methods of which browsers do not ask before they call."""


class AllowedOrigins(Part, name="allowed-origins"):
    """Whose scripts may call."""

    origins: tuple[Value[str], ...] = children(
        "An origin such as `https://example.com`, or `*` for any.", name="origin", at_least=1
    )


class AllowedMethods(Part, name="allowed-methods"):
    """What scripts may call with."""

    preflight_result_max_age: Value[int] = attr(
        "Seconds for which a browser may remember what it was told.",
        default=0,
        at_least=0,
        example="300",
    )
    methods: tuple[Value[str], ...] = children(
        "A method, or `*` for any.", name="method", at_least=1
    )


class AllowedHeaders(Part, name="allowed-headers"):
    """What headers scripts may set."""

    headers: tuple[Value[str], ...] = children(
        "A header, or `*` for any.", name="header", at_least=1
    )


class ExposeHeaders(Part, name="expose-headers"):
    """What headers of an answer scripts may read."""

    headers: tuple[Value[str], ...] = children("A header.", name="header", at_least=1)


class Cors(Element, name="cors", sections=("inbound",), once=True):
    """Let scripts of other origins call.

    Answers preflights, the OPTIONS requests by which browsers ask first, before the subscription
    key is asked for and in place of all other policies; only elements that stand directly in
    inbound do. A call from an allowed origin gets the headers that let its script read the answer,
    an error included. A GET or HEAD from any other origin is answered by an empty 200, unless
    `terminate-unmatched-request` is false. Only the first element that knows an origin counts.

    With the origin `*`, browsers send no credentials, whatever `allow-credentials` says.
    """

    example = (
        '<cors allow-credentials="true">\n'
        "    <allowed-origins>\n"
        "        <origin>https://app.example.com</origin>\n"
        "    </allowed-origins>\n"
        '    <allowed-methods preflight-result-max-age="300">\n'
        "        <method>POST</method>\n"
        "    </allowed-methods>\n"
        "    <allowed-headers>\n"
        "        <header>content-type</header>\n"
        "    </allowed-headers>\n"
        "</cors>"
    )

    allow_credentials: Value[bool] = attr("Whether browsers may send credentials.", default=False)
    terminate_unmatched_request: Value[bool] = attr(
        "Whether a call that no setting matches ends here, with an empty 200.", default=True
    )
    origins: AllowedOrigins = child("Whose scripts may call.", name="allowed-origins")
    methods: AllowedMethods | None = child(
        "What they may call with; GET and POST if absent.", name="allowed-methods", default=None
    )
    headers: AllowedHeaders | None = child(
        "What headers they may set.", name="allowed-headers", default=None
    )
    exposed: ExposeHeaders | None = child(
        "What headers of the answer they may read.", name="expose-headers", default=None
    )
    known: frozenset[str] | None = computed()
    """The allowed origins as they are compared, where they are the same for every call."""

    def prepare(self) -> None:
        """Bring literal origins into the form that is compared."""
        literals = [origin.literal for origin in self.origins.origins]
        self.known = None
        if None not in literals:
            self.known = frozenset(normal_origin(literal or "") for literal in literals)

    def apply(self, context: Context) -> None:
        """Let the origin of a call read its answer. Raises ResponseReturned, DotNetError."""
        origin = context.request.headers.first(b"origin")
        if origin is None or CrossOrigin in context.owners:
            return
        allowed = self._allowed(context, origin.decode("latin-1"))
        if allowed is not None:
            context.owners[CrossOrigin] = allowed
        elif context.request.method in SIMPLE and self.terminate_unmatched_request.of(context):
            context.response = Response(200, "OK", Headers(), Body())
            raise ResponseReturned

    def preflight(self, context: Context) -> Response | None:
        """Return the answer to a preflight; None leaves it to the next element.

        Raises DotNetError.
        """
        asked = Preflight.of(context.request.headers)
        allowed = self._allowed(context, asked.origin)
        answer = None
        if allowed is not None:
            names = self.headers.headers if self.headers is not None else ()
            methods = ["GET", "POST"]
            if self.methods is not None:
                methods = [method.of(context).upper() for method in self.methods.methods]
            answer = asked.answer(
                allowed,
                methods=methods,
                headers=[name.of(context).lower() for name in names],
                age=self.methods.preflight_result_max_age.of(context) if self.methods else 0,
            )
        if answer is None and self.terminate_unmatched_request.of(context):
            return Response(200, "OK", Headers(), Body())
        return answer

    def _allowed(self, context: Context, origin: str) -> CrossOrigin | None:
        """Return what an origin may read; None: nothing."""
        known = self.known
        if known is None:
            known = frozenset(normal_origin(one.of(context)) for one in self.origins.origins)
        if ANY not in known and normal_origin(origin) not in known:
            return None
        exposed = self.exposed.headers if self.exposed is not None else ()
        return CrossOrigin(
            origin=ANY if ANY in known else origin,
            credentials=self.allow_credentials.of(context),
            exposed=tuple([name.of(context) for name in exposed]),
        )
