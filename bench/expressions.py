"""What an expression costs to compile, and to evaluate.

    python -m bench.expressions

The expressions below are of our own writing, of the kinds and about the mixture that policies for
LLM gateways have. Each is compiled anew every time: blanks in front keep it from being known.
Prints the median and the 95th percentile of compiling and the best of many rounds of evaluating;
ends with 1 if the median is above 2 ms, a property above 0.5 µs or the block above 10 µs.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial

from headgate.csharp.expression import CompiledExpression, compile_expression
from headgate.rehearsal.expression_context import context_of

ROUNDS = 20
COMPILING, PROPERTY, BLOCK = 2_000.0, 0.5, 10.0
"""Targets in µs."""

BLOCK_OF_15 = """@{
    var tenant = context.Request.Headers.GetValueOrDefault("X-Tenant", "none");
    var model = context.Request.MatchedParameters["deployment-id"];
    var region = context.Deployment.Region.Replace(" ", "").ToLowerInvariant();
    var limit = 1000;
    if (model.StartsWith("gpt-4")) {
        limit = tenant == "contoso" ? 500 : 100;
    } else if (model.Contains("embedding")) {
        limit = 5000;
    }
    var left = 0;
    var header = context.Response.Headers.GetValueOrDefault("x-ratelimit-remaining-tokens", "0");
    int.TryParse(header, out left);
    var share = limit > 0 ? (double)left / limit : 0.0;
    return $"{tenant}/{model}@{region}: {share:F2}";
}"""
EVALUATED = {
    "a property": "@(context.Subscription.Id)",
    "a comparison": '@(context.Request.Method == "POST")',
    "a variable": '@((int)context.Variables["retries"] < 3)',
    "a header": '@(context.Request.Headers.GetValueOrDefault("X-Tenant", "none"))',
    "a JSON member": '@((int)((JObject)context.Variables["answer"])["usage"]["total_tokens"])',
    "a block of 15 lines": BLOCK_OF_15,
}
COMPILED = [
    *EVALUATED.values(),
    "@(context.Api.Name)",
    "@(context.RequestId)",
    '@(context.Product?.Name ?? "none")',
    "@(context.Response.StatusCode == 429 || context.Response.StatusCode >= 500)",
    '@(context.LastError.Source == "validate-jwt" && context.LastError.Reason != "TokenExpired")',
    '@("Bearer " + (string)context.Variables["token"])',
    '@($"https://{context.Variables["host"]}/openai/{context.Operation.Id}")',
    '@(context.Request.Url.Query.GetValueOrDefault("api-version", "2024-06-01"))',
    '@(context.Request.Body.As<JObject>(preserveContent: true)["stream"]?.Value<bool>() ?? false)',
    '@(context.Request.Body.As<string>(true).Contains("tools"))',
    '@(DateTime.UtcNow.AddMinutes(5).ToString("yyyy-MM-ddTHH:mm:ssZ"))',
    "@(Convert.ToBase64String(Encoding.UTF8.GetBytes(context.Subscription.Key)))",
    '@(context.User.Groups.Any(g => g.Name == "Administrators"))',
    '@(string.Join(",", context.Request.Headers["Accept"].Select(v => v.Trim())))',
    '@(new Random().Next(1, 101) <= 20 ? "canary" : "stable")',
    '@(Regex.Replace(context.Request.Url.Path, "[0-9]+", "N"))',
    '@(context.Request.Headers["Authorization"][0].AsJwt()?.Claims.GetValueOrDefault("oid", ""))',
    '@(((IResponse)context.Variables["reply"]).Body.As<JObject>()["access_token"].ToString())',
    """@{
        var body = context.Request.Body.As<JObject>(preserveContent: true);
        body["stream_options"] = new JObject(new JProperty("include_usage", true));
        body.Remove("user");
        return body.ToString(Newtonsoft.Json.Formatting.None);
    }""",
    """@{
        var routes = (JArray)context.Variables["routes"];
        var open = new List<int>();
        for (int i = 0; i < routes.Count; i++) {
            if (!(bool)routes[i]["throttled"] && (int)routes[i]["priority"] == 1) { open.Add(i); }
        }
        return open.Count == 0 ? -1 : open[new Random().Next(0, open.Count)];
    }""",
    """@{
        try {
            var usage = (JObject)JObject.Parse((string)context.Variables["text"])["usage"];
            return (int)usage["prompt_tokens"] + (int)usage["completion_tokens"];
        } catch (Exception e) {
            context.Trace(e.Message);
            return 0;
        }
    }""",
    """@{
        var text = context.Request.Method + "\\n" + context.Timestamp.ToString("r");
        using (var hmac = new HMACSHA256(Convert.FromBase64String("a2V5"))) {
            return Convert.ToBase64String(hmac.ComputeHash(Encoding.UTF8.GetBytes(text)));
        }
    }""",
]
CALL = {
    "variables": {
        "retries": {"type": "int", "value": 1},
        "answer": {"type": "JObject", "value": {"usage": {"total_tokens": 15}}},
    }
}


def compiled(source: str) -> CompiledExpression:
    """Return an expression that has to be right."""
    found, diagnostics = compile_expression(source)
    if found is None:
        raise SystemExit(f"{source}\n{diagnostics[0]}")
    return found


def fresh(source: str, blanks: int) -> str:
    """Return the same expression as a text that was not compiled before."""
    return f"{source[:2]}{' ' * blanks}{source[2:]}"


def timed(work: Callable[[], object], count: int) -> float:
    """Return µs of one run, the best of several rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(count):
            work()
        best = min(best, (time.perf_counter() - began) / count)
    return best * 1e6


def compiling() -> list[float]:
    """Return µs of each expression, sorted: the best of a few times."""
    found = []
    for source in COMPILED:
        compiled(source)
        best = float("inf")
        for blanks in range(1, 6):
            began = time.perf_counter()
            compiled(fresh(source, blanks))
            best = min(best, time.perf_counter() - began)
        found.append(best * 1e6)
    return sorted(found)


def main() -> int:
    """Print what was measured; return the exit status."""
    gc.disable()
    costs = compiling()
    median, last = statistics.median(costs), costs[int(len(costs) * 0.95)]
    print(f"compiling {len(costs)} expressions: median {median:.0f} µs, p95 {last:.0f} µs")
    call = context_of(CALL)
    found = {}
    for name, source in EVALUATED.items():
        evaluate = compiled(source).evaluate
        found[name] = timed(partial(evaluate, call), 500)
        print(f"{found[name]:8.2f} µs  {name}")
    met = found["a property"] <= PROPERTY and found["a block of 15 lines"] <= BLOCK
    return 0 if met and median <= COMPILING else 1


if __name__ == "__main__":
    sys.exit(main())
