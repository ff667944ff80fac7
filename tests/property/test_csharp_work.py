"""Hostile expressions end by their budget: their work and their memory are bounded, whatever the
size of the data. Counted in units and bytes, so a slow machine changes nothing."""

from __future__ import annotations

import tracemalloc

import pytest

from headgate.csharp import budget
from headgate.csharp.errors import DotNetError
from headgate.csharp.expression import CompiledExpression, compile_expression
from headgate.model.clock import Micros, MonotonicMicros
from headgate.model.context import Context
from headgate.model.entities import Deployment
from headgate.model.messages import Body, Headers, Request, Url

MEMORY = 48 << 20
COMMAS = b"ab,c" * (1 << 18)
WIDE = "日本,語".encode() * 80_000
BEYOND = "😀a".encode() * 60_000
TREE = b'{"a":[' + b",".join([b'{"b":{"c":[1,2,"x"]}}'] * 4000) + b"]}"
DIGITS = b"1" * 1_000_000

TEXT = "var s = context.Request.Body.As<string>(true); var l = new List<object>(); "
JSON = "var j = context.Request.Body.As<JObject>(true); var l = new List<object>(); "
LIST = "var l = Enumerable.Range(0, 10000).ToList(); "
BLANKS = b" " * 1_000_000
KEYS = "var d = new Dictionary<string, int>(); "
COLLIDING = "d[i] = 1; i += 2305843009213693951m;"
DAG = """object o = 1; object p = 1;
    for (var i = 0; i < 40; i++) { o = new { a = o, b = o }; p = new { a = p, b = p }; } """
OTHERS = "var t = s.Substring(1); var u = s.Substring(1); "

LOOPS = [
    (COMMAS, TEXT, 's = s.Replace("a", "aa");'),
    (COMMAS, TEXT, 's = s.Replace("a", "b").Replace("b", "a");'),
    (COMMAS, TEXT, "s = s + s;"),
    (COMMAS, TEXT, 'l.Add(s + "x");'),
    (COMMAS, TEXT, 'l.Add($"{s}{s}");'),
    (COMMAS, TEXT, 'l.Add(string.Format("{0}{0}{0}", s));'),
    (COMMAS, TEXT, "l.Add(string.Concat(s, s));"),
    (COMMAS, TEXT, "l.Add(s.Split(','));"),
    (COMMAS, TEXT, "l.Add(s.Split(',', ';'));"),
    (COMMAS, TEXT + "var a = s.Split(','); ", 'l.Add(string.Join("--", a));'),
    (COMMAS, TEXT, "l.Add(s.ToUpper()); l.Add(s.ToLower());"),
    (COMMAS, TEXT, "l.Add(s.Substring(1)); l.Add(s.Remove(1, 1)); l.Add(s.Insert(1, s));"),
    (COMMAS, TEXT, "l.Add(s.ToCharArray());"),
    (COMMAS, TEXT, "l.Add(s.Reverse().ToArray());"),
    (COMMAS, TEXT, 's.Contains("zz");'),
    (COMMAS, TEXT, 's.IndexOf("zz", StringComparison.OrdinalIgnoreCase);'),
    (COMMAS, TEXT + OTHERS, "if (t == u) { }"),
    (COMMAS, TEXT + OTHERS, "t.Equals(u);"),
    (COMMAS, TEXT + OTHERS, "string.Compare(s, t, true);"),
    (COMMAS, TEXT, 'Regex.IsMatch(s, "x+y");'),
    (COMMAS, TEXT, "l.Add(Encoding.UTF8.GetBytes(s));"),
    (COMMAS, TEXT, "l.Add(Convert.ToBase64String(Encoding.UTF8.GetBytes(s)));"),
    (COMMAS, TEXT, "l.Add(Uri.EscapeDataString(s));"),
    (COMMAS, TEXT + "var b = new StringBuilder(s); ", 'b.Insert(0, "x"); b.ToString();'),
    (COMMAS, TEXT, "l.Add(context.Request.Body.As<string>(true));"),
    (COMMAS, TEXT, 'context.Trace(s + "x");'),
    (COMMAS, TEXT, "int x; int.TryParse(s, out x);"),
    (BLANKS, TEXT, "s.Trim();"),
    (BLANKS, TEXT, "s.TrimStart(' ');"),
    (BLANKS, TEXT, "string.IsNullOrWhiteSpace(s);"),
    (BLANKS, TEXT, "bool x; bool.TryParse(s, out x);"),
    (COMMAS, TEXT, "s.GetHashCode();"),
    (COMMAS, TEXT, "s.AsJwt();"),
    (COMMAS, TEXT + OTHERS, "t.StartsWith(u);"),
    (COMMAS, TEXT + "var b = Encoding.UTF8.GetBytes(s); ", "BitConverter.ToString(b);"),
    (COMMAS, TEXT + "var b = Encoding.UTF8.GetBytes(s); ", "SHA256.Create().ComputeHash(b);"),
    (COMMAS, TEXT + "var b = new byte[1]; ", "new HMACSHA512().ComputeHash(b);"),
    (COMMAS, TEXT + "var b = new byte[1000]; var a = Aes.Create(); ", "b.Encrypt(a);"),
    (COMMAS, TEXT + OTHERS + KEYS + "d[t] = 1; ", "d.ContainsKey(u);"),
    (COMMAS, TEXT + OTHERS + "var h = new HashSet<string> { t }; ", "h.Contains(u);"),
    (COMMAS, "var d = new Dictionary<decimal, int>(); decimal i = 0; ", COLLIDING),
    (
        COMMAS,
        "var h = new HashSet<int>(Enumerable.Range(0, 9999)); ",
        "foreach (var x in h) break;",
    ),
    (COMMAS, "", "new Random(1);"),
    (COMMAS, "var b = new byte[100000]; ", "new Random(1).NextBytes(b);"),
    (COMMAS, "var i = 0; ", 'new Regex("a" + i++ + "(b|c)*d{1,50}");'),
    (COMMAS, DAG, "o.ToString();"),
    (COMMAS, DAG, "o.GetHashCode();"),
    (COMMAS, DAG, "o.Equals(p);"),
    (COMMAS, DAG + "var h = new HashSet<object>(); ", "h.Add(o);"),
    (DIGITS, TEXT, "double x; double.TryParse(s, out x);"),
    (DIGITS, TEXT, "decimal x; decimal.TryParse(s, out x);"),
    (DIGITS, TEXT, "DateTime x; DateTime.TryParse(s, out x);"),
    (WIDE, TEXT, "l.Add(s.ToUpper());"),
    (WIDE, TEXT, "s = s + s;"),
    (BEYOND, TEXT, "var c = s[5];"),
    (BEYOND, TEXT, "var n = s.Length;"),
    (b"", TEXT, "l.Add(\"x\".PadLeft(1000000)); l.Add(new string('日', 1000000));"),
    (b"", TEXT, "l.Add(new int[1000000]); l.Add(new byte[1000000]);"),
    (b"", LIST, "l.OrderBy(x => -x).ToList();"),
    (b"", LIST, "l.Sort();"),
    (b"", LIST, "l.Contains(-1);"),
    (b"", LIST, "l.Insert(0, 1);"),
    (b"", LIST, "l.AddRange(l.ToArray());"),
    (b"", LIST, "l.Any(x => x < 0);"),
    (b"", LIST, "JArray.FromObject(l);"),
    (TREE, JSON, "l.Add(j.DeepClone());"),
    (TREE, JSON, "l.Add(j.ToString());"),
    (TREE, JSON, 'l.Add(j.SelectTokens("$..*..*").Count());'),
    (TREE, JSON, "l.Add(context.Request.Body.As<JObject>(true));"),
    (TREE, JSON + "var k = j.DeepClone(); ", "JToken.DeepEquals(j, k);"),
    (TREE, JSON, 'var p = j["a"][3999]["b"].Path;'),
    (b"", "", 'Regex.IsMatch("abc", "b");'),
    (
        b"",
        "",
        'try { Regex.IsMatch("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a|aa)+$"); } catch { }',
    ),
    (b"", "decimal x = 1.1m; ", "x = x * 1.0001m / 1.01m;"),
    (b"", "", 'DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fffZ");'),
    (b"", "", ""),
]
WHOLE = [
    (b"", "return Enumerable.Range(0, 100000).OrderBy(x => -x).ToList().Count;"),
    (b"", "return Enumerable.Range(0, 1000000).GroupBy(x => x % 7).Count();"),
    (b"", "int f(int n) { return n < 2 ? n : f(n - 1) + f(n - 2); } return f(40);"),
    (TREE, JSON + 'return j.SelectTokens("$..*..*..*").Count();'),
    (COMMAS, TEXT + "var a = new JArray(); for (var i = 0; i < 5000; i++) a.Add(s); return a;"),
    (
        b"",
        "object o = new List<object>{1}; for (var i = 0; i < 40; i++) o = new List<object>{o, o}; "
        "return JsonConvert.SerializeObject(o);",
    ),
]


class NoClock:
    """A clock that stands."""

    def now(self) -> Micros:
        return Micros(0)

    def monotonic(self) -> MonotonicMicros:
        return MonotonicMicros(0)


def compiled(source: str) -> CompiledExpression:
    found, diagnostics = compile_expression(source)
    assert found is not None, diagnostics
    return found


def a_call(body: bytes) -> Context:
    request = Request("POST", Url.parse("http://h/"), Headers(), Body(body), "127.0.0.1")
    return Context(request, clock=NoClock(), request_id="r", deployment=Deployment())


def check(source: str, body: bytes) -> None:
    expression, call = compiled(source), a_call(body)
    tracemalloc.start()
    try:
        with pytest.raises(DotNetError, match="Budget"):
            expression.evaluate(call)
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("body", "before", "again"), LOOPS, ids=[one[2] for one in LOOPS])
def test_an_endless_loop_over_large_data_ends(body: bytes, before: str, again: str) -> None:
    check(f"@{{ {before} while (true) {{ {again} }} }}", body)


@pytest.mark.parametrize(("body", "source"), WHOLE, ids=[one[1][:60] for one in WHOLE])
def test_too_much_work_at_once_ends(body: bytes, source: str) -> None:
    check(f"@{{ {source} }}", body)


def test_ordinary_work_on_a_large_body_stays_within_the_budget() -> None:
    said = b'{"role":"user","content":"' + b"hello " * 110 + b'"}'
    body = b'{"messages":[' + b",".join([said] * 1500) + b"]}"
    source = """@{
        var j = context.Request.Body.As<JObject>(preserveContent: true);
        var n = 0;
        foreach (var m in (JArray)j["messages"]) { n += ((string)m["content"]).Length; }
        j["total"] = n;
        return j.ToString(Newtonsoft.Json.Formatting.None).Replace("hello", "bye").Length;
    }"""
    assert len(body) > 1_000_000
    assert compiled(source).evaluate(a_call(body)) > 500_000
    assert budget.BUDGET.left == budget.UNCOUNTED
