"""Expressions from tree-sitter nodes. What `HANDLERS` does not list is refused (HG204)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from tree_sitter import Node

from headgate.csharp import tree
from headgate.csharp.diagnostics import BindError
from headgate.csharp.syntax.chains import CHAINS, ChainBuilder, Flat
from headgate.csharp.syntax.literals import integer, real, unescape
from headgate.csharp.syntax.queries import Clause, desugar
from headgate.csharp.syntax.verbatim import meant

ASSIGNMENT = frozenset(["=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="])
LEVELS = ("??", "||", "&&", "|", "^", "&", "== !=", "< > <= >=", "<< >>", "+ -", "* / %")
PRECEDENCE = {op: level for level, ops in enumerate(LEVELS) for op in ops.split()}


class ExpressionBuilder(ChainBuilder):
    """Builds expressions; blocks of lambdas come from the subclass that knows statements."""

    @abstractmethod
    def block(self, node: Node) -> tree.Block:
        """Return a block of statements."""

    def expression(self, node: Node) -> tree.Expression:
        """Return one expression."""
        handler = HANDLERS.get(node.type)
        if handler is None:
            raise self.refuse(node)
        return handler(self, node)

    def identifier(self, node: Node) -> tree.Expression:
        """Build a name."""
        name, args = self.generic(node)
        return tree.Name(at=self.at(node), name=name, args=args)

    def type_operand(self, node: Node) -> tree.Expression:
        """Build a type such as `int` in front of a dot."""
        return tree.TypeOperand(at=self.at(node), type=self.type(node))

    def alias(self, node: Node) -> tree.Expression:
        """Build `global::Name`."""
        if self.text(node.children[0]) != "global":
            raise self.refuse(node)
        return self.identifier(self.field(node, "name"))

    def literal(self, node: Node) -> tree.Expression:
        """Build a literal."""
        at, kind, text = self.at(node), node.type, self.text(node)
        if kind == "null_literal":
            return tree.Literal(at=at, kind="null", value=None)
        if kind == "boolean_literal":
            return tree.Literal(at=at, kind="bool", value=text == "true")
        if kind == "integer_literal":
            return integer(text, at)
        if kind == "real_literal":
            return real(text, at)
        if kind == "verbatim_string_literal":
            return tree.Literal(at=at, kind="string", value=text[2:-1].replace('""', '"'))
        value = unescape(text[1:-1], at)
        if kind == "character_literal":
            return tree.Literal(at=at, kind="char", value=value)
        return tree.Literal(at=at, kind="string", value=value)

    def interpolated(self, node: Node) -> tree.Expression:
        """Build `$"..."`."""
        verbatim = "@" in self.text(node.children[0])
        parts: list[str | tree.Hole] = []
        for child in self.parts(node):
            if child.type == "interpolation":
                parts.append(self.hole(child))
            elif child.type in ("string_content", "escape_sequence"):
                text = self.text(child)
                plain = text if verbatim else unescape(text, self.at(child))
                parts.append(meant(plain))
        return tree.Interpolated(at=self.at(node), parts=parts)

    def hole(self, node: Node) -> tree.Hole:
        """Build `{value,width:format}`."""
        value: Node | None = None
        width: tree.Expression | None = None
        form = ""
        for child in self.parts(node):
            if child.type == "interpolation_alignment_clause":
                width = self.expression(self.parts(child)[0])
            elif child.type == "interpolation_format_clause":
                form = self.text(child)[1:]
            elif child.type != "interpolation_brace":
                value = child
        assert value is not None
        return tree.Hole(at=self.at(node), value=self.expression(value), width=width, format=form)

    def new(self, node: Node) -> tree.Expression:
        """Build `new T(...)`."""
        arguments = node.child_by_field_name("arguments")
        initializer = node.child_by_field_name("initializer")
        return tree.New(
            at=self.at(node),
            type=self.type(self.field(node, "type")),
            arguments=self.arguments(arguments) if arguments else [],
            initializer=self.initializer(initializer) if initializer else None,
        )

    def initializer(self, node: Node) -> tree.Initializer:
        """Build `{ ... }` behind `new T`."""
        items: list[tree.Expression | tree.Initializer | tree.InitAssign] = []
        for part in self.parts(node):
            if part.type == "initializer_expression":
                items.append(self.initializer(part))
            elif part.type == "assignment_expression" and self.op(part) == "=":
                items.append(self.init_assign(part))
            else:
                items.append(self.expression(part))
        return tree.Initializer(at=self.at(node), items=items)

    def init_assign(self, node: Node) -> tree.InitAssign:
        """Build `Name = value` or `[index] = value`."""
        left, right = self.field(node, "left"), self.field(node, "right")
        indexed = left.type == "element_binding_expression"
        return tree.InitAssign(
            at=self.at(node),
            name="" if indexed else self.name(left),
            index=self.arguments(left) if indexed else [],
            value=self.initializer(right)
            if right.type == "initializer_expression"
            else self.expression(right),
        )

    def new_array(self, node: Node) -> tree.Expression:
        """Build the creation of an array."""
        kind = node.child_by_field_name("type")
        items = next((p for p in self.parts(node) if p.type == "initializer_expression"), None)
        sizes: list[tree.Expression] = []
        if kind is not None:
            rank = self.field(kind, "rank")
            sizes = [self.expression(part) for part in self.parts(rank)]
        return tree.NewArray(
            at=self.at(node),
            type=self.type(kind) if kind is not None else None,
            sizes=sizes,
            items=self.items(items) if items is not None else None,
        )

    def items(self, node: Node) -> list[tree.Expression]:
        """Return array items; a nested list is an array of the same kind."""
        return [
            self.array_list(part)
            if part.type == "initializer_expression"
            else self.expression(part)
            for part in self.parts(node)
        ]

    def array_list(self, node: Node) -> tree.Expression:
        """Build `{ items }` of an array."""
        if node.start_byte in self.replaced:
            return self.replaced[node.start_byte]
        return tree.NewArray(at=self.at(node), type=None, sizes=[], items=self.items(node))

    def anonymous(self, node: Node) -> tree.Expression:
        """Build `new { ... }`."""
        fields: list[tuple[str, tree.Expression]] = []
        children = [c for c in node.children if c.type not in ("new", "{", "}", "comment")]
        while children:
            first = children.pop(0)
            if first.type == ",":
                continue
            if children and children[0].type == "=":
                fields.append((self.name(first), self.expression(children[1])))
                del children[:2]
                continue
            value = self.expression(first)
            last = value.rest if isinstance(value, tree.ConditionalAccess) else value
            if not isinstance(last, tree.Name | tree.Member):
                raise BindError("HG200", "The member needs a name.", at=self.at(first))
            fields.append((last.name, value))
        return tree.NewAnonymous(at=self.at(node), fields=fields)

    def unary(self, node: Node) -> tree.Expression:
        """Build a prefix operator."""
        op, operand = self.op(node), self.expression(self.parts(node)[0])
        if op in ("++", "--"):
            return tree.Step(at=self.at(node), op=op, operand=operand, prefix=True)
        if op not in ("-", "+", "!", "~"):
            raise self.refuse(node)
        return tree.Unary(at=self.at(node), op=op, operand=operand)

    def postfix(self, node: Node) -> tree.Expression:
        """Build `x++` or `x--`."""
        op = self.op(node)
        if op not in ("++", "--"):
            raise self.refuse(node)
        operand = self.expression(self.parts(node)[0])
        return tree.Step(at=self.at(node), op=op, operand=operand, prefix=False)

    def binary(self, node: Node) -> tree.Expression:
        """Build operators from a flat list, which also heals `(a) - b`, read as a cast."""
        flat = Flat()
        self.flatten(node, flat)
        self.heal_calls(flat)
        operands = flat.operands
        built = [o if isinstance(o, tree.Expression) else self.expression(o) for o in operands]
        return climb(built, flat.ops)

    def checked_op(self, node: Node) -> str:
        """Return a binary operator, if it is allowed."""
        op = self.text(self.field(node, "operator"))
        if op not in PRECEDENCE:
            raise self.refuse(node)
        return op

    def flatten(
        self,
        node: Node,
        flat: Flat,
    ) -> None:
        """Collect operands and operators below a node, from left to right."""
        if node.type == "binary_expression":
            self.flatten(self.field(node, "left"), flat)
            flat.ops.append((self.checked_op(node), self.at(self.field(node, "operator"))))
            self.flatten(self.field(node, "right"), flat)
            return
        if node.type == "cast_expression":
            kind, value = self.field(node, "type"), self.field(node, "value")
            if (
                kind.type in ("identifier", "qualified_name")
                and value.type == "prefix_unary_expression"
                and self.op(value) in ("-", "+")
            ):
                flat.operands.append(self.dotted(kind))
                flat.ops.append((self.op(value), self.at(value)))
                flat.operands.append(self.parts(value)[0])
                return
        if node.type in CHAINS and self.start_of(node) is None:
            self.flatten_built(self.expression(node), flat)
        else:
            flat.operands.append(node)

    def flatten_built(
        self,
        value: tree.Expression,
        flat: Flat,
    ) -> None:
        """Take apart operators that a chain had swallowed."""
        if isinstance(value, tree.Binary) and not self.is_grouped(value):
            self.flatten_built(value.left, flat)
            flat.ops.append((value.op, value.at))
            self.flatten_built(value.right, flat)
        else:
            flat.operands.append(value)

    def dotted(self, node: Node) -> tree.Expression:
        """Return a qualified name that is an expression after all."""
        if node.type == "identifier":
            return self.identifier(node)
        name, args = self.generic(self.field(node, "name"))
        target = self.dotted(self.field(node, "qualifier"))
        return tree.Member(at=self.at(node), target=target, name=name, args=args)

    def assign(self, node: Node) -> tree.Expression:
        """Build an assignment."""
        op = self.op(node)
        if op not in ASSIGNMENT:
            raise self.refuse(node)
        return tree.Assign(
            at=self.at(node),
            op=op,
            target=self.expression(self.field(node, "left")),
            value=self.expression(self.field(node, "right")),
        )

    def conditional(self, node: Node) -> tree.Expression:
        """Build `a ? b : c`."""
        return tree.Conditional(
            at=self.at(node),
            test=self.expression(self.field(node, "condition")),
            yes=self.expression(self.field(node, "consequence")),
            no=self.expression(self.field(node, "alternative")),
        )

    def cast(self, node: Node) -> tree.Expression:
        """Build a cast."""
        flat = Flat()
        self.flatten(node, flat)
        if flat.ops:
            return self.binary(node)
        return tree.Cast(
            at=self.at(node),
            type=self.type(self.field(node, "type")),
            value=self.expression(self.field(node, "value")),
        )

    def as_type(self, node: Node) -> tree.Expression:
        """Build `value as T`."""
        return tree.As(
            at=self.at(node),
            value=self.expression(self.field(node, "left")),
            type=self.type(self.field(node, "right")),
        )

    def is_type(self, node: Node) -> tree.Expression:
        """Build `value is T`."""
        right = self.field(node, "right")
        pattern = tree.Pattern(at=self.at(right), type=self.type(right))
        value = self.expression(self.field(node, "left"))
        return tree.Is(at=self.at(node), value=value, pattern=pattern)

    def is_pattern(self, node: Node) -> tree.Expression:
        """Build `value is pattern`."""
        value = self.expression(self.field(node, "expression"))
        pattern = self.pattern(self.field(node, "pattern"))
        return tree.Is(at=self.at(node), value=value, pattern=pattern)

    def pattern(self, node: Node) -> tree.Pattern:
        """Build a pattern."""
        at = self.at(node)
        if node.type == "constant_pattern":
            return tree.Pattern(at=at, constant=self.expression(self.parts(node)[0]))
        if node.type == "declaration_pattern":
            kind = self.optional_type(self.field(node, "type"))
            return tree.Pattern(at=at, type=kind, name=self.name(self.field(node, "name")))
        if node.type == "var_pattern":
            return tree.Pattern(at=at, name=self.name(self.parts(node)[-1]))
        if node.type == "type_pattern":
            return tree.Pattern(at=at, type=self.type(self.parts(node)[0]))
        raise self.refuse(node)

    def lambda_(self, node: Node) -> tree.Expression:
        """Build a lambda."""
        if any(child.type == "modifier" for child in node.children):
            raise self.refuse(node)
        listed = self.field(node, "parameters") if node.type == "lambda_expression" else None
        listed = listed or node.child_by_field_name("parameters")
        if listed is not None and listed.type == "implicit_parameter":
            parameters = [tree.Parameter(at=self.at(listed), name=self.text(listed))]
        else:
            parameters = self.parameters(listed) if listed else []
        body = node.child_by_field_name("body") or self.parts(node)[-1]
        return tree.Lambda(
            at=self.at(node),
            parameters=parameters,
            body=self.block(body) if body.type == "block" else self.expression(body),
        )

    def parameters(self, node: Node) -> list[tree.Parameter]:
        """Return declared parameters of a lambda or local function."""
        found = []
        for part in self.parts(node):
            children = self.parts(part)
            if part.type != "parameter" or any(c.type == "modifier" for c in children):
                raise self.refuse(part)
            kind = part.child_by_field_name("type")
            default = children[-1] if any(c.type == "=" for c in part.children) else None
            found.append(
                tree.Parameter(
                    at=self.at(part),
                    name=self.name(self.field(part, "name")),
                    type=self.type(kind) if kind is not None else None,
                    default=self.expression(default) if default is not None else None,
                )
            )
        return found

    def default(self, node: Node) -> tree.Expression:
        """Build `default(T)`."""
        kind = node.child_by_field_name("type")
        return tree.Default(at=self.at(node), type=self.type(kind) if kind is not None else None)

    def type_of(self, node: Node) -> tree.Expression:
        """Build `typeof(T)`."""
        return tree.TypeOf(at=self.at(node), type=self.type(self.field(node, "type")))

    def checked(self, node: Node) -> tree.Expression:
        """Build `checked(value)`."""
        value = self.expression(self.parts(node)[0])
        return tree.Checked(at=self.at(node), value=value, checked=self.op(node) == "checked")

    def throw_value(self, node: Node) -> tree.Expression:
        """Build `throw e` as an operand."""
        value = self.expression(self.parts(node)[0])
        return tree.ThrowExpression(at=self.at(node), value=value)

    def query(self, node: Node) -> tree.Expression:
        """Hand the clauses of a query to `queries`, which writes it as method calls."""
        return desugar([self.clause(part) for part in self.parts(node)])

    def clause(self, node: Node) -> Clause:
        """Build one clause of a query."""
        kind = node.type.removesuffix("_clause")
        at = self.at(node)
        name = node.child_by_field_name("name")
        named = self.parts(node)
        if node.type == "identifier":
            return Clause(kind="into", at=at, name=self.name(node))
        if kind in ("from", "let", "join"):
            first = name if name is not None else named[0]
            rest = [part for part in named if part != first]
            into = [p for p in rest if p.type == "join_into_clause"]
            kind = "groupjoin" if into else kind
            return Clause(
                kind=kind,
                at=at,
                name=self.name(first),
                values=[self.expression(p) for p in rest if p.type != "join_into_clause"],
                into=self.name(self.parts(into[0])[0]) if into else "",
            )
        if kind not in ("where", "select", "group", "order_by"):
            raise self.refuse(node)
        words = [child.type for child in node.children]
        descending = [
            index + 1 < len(words) and words[index + 1] == "descending"
            for index, child in enumerate(node.children)
            if child.is_named and child.type != "comment"
        ]
        values = [self.expression(part) for part in named]
        return Clause(kind=kind, at=at, values=values, descending=descending)


def climb(operands: list[tree.Expression], ops: list[tuple[str, int]]) -> tree.Expression:
    """Build a tree from a flat list of operands and operators, by precedence."""
    values = [operands[0]]
    pending: list[tuple[str, int]] = []

    def reduce() -> None:
        op, at = pending.pop()
        right, left = values.pop(), values.pop()
        values.append(tree.Binary(at=at, op=op, left=left, right=right))

    for (op, at), operand in zip(ops, operands[1:], strict=True):
        while pending and PRECEDENCE[pending[-1][0]] >= PRECEDENCE[op]:
            reduce()
        pending.append((op, at))
        values.append(operand)
    while pending:
        reduce()
    return values[0]


HANDLERS: dict[str, Callable[[ExpressionBuilder, Node], tree.Expression]] = {
    "parenthesized_expression": ExpressionBuilder.parenthesized,
    "tuple_expression": ExpressionBuilder.tuple_,
    "identifier": ExpressionBuilder.identifier,
    "generic_name": ExpressionBuilder.identifier,
    "alias_qualified_name": ExpressionBuilder.alias,
    "predefined_type": ExpressionBuilder.type_operand,
    "null_literal": ExpressionBuilder.literal,
    "boolean_literal": ExpressionBuilder.literal,
    "integer_literal": ExpressionBuilder.literal,
    "real_literal": ExpressionBuilder.literal,
    "string_literal": ExpressionBuilder.literal,
    "verbatim_string_literal": ExpressionBuilder.literal,
    "character_literal": ExpressionBuilder.literal,
    "interpolated_string_expression": ExpressionBuilder.interpolated,
    "member_access_expression": ExpressionBuilder.member,
    "member_binding_expression": ExpressionBuilder.member_binding,
    "element_access_expression": ExpressionBuilder.index,
    "element_binding_expression": ExpressionBuilder.index_binding,
    "invocation_expression": ExpressionBuilder.call,
    "conditional_access_expression": ExpressionBuilder.conditional_access,
    "declaration_expression": ExpressionBuilder.declaration,
    "object_creation_expression": ExpressionBuilder.new,
    "array_creation_expression": ExpressionBuilder.new_array,
    "implicit_array_creation_expression": ExpressionBuilder.new_array,
    "initializer_expression": ExpressionBuilder.array_list,
    "anonymous_object_creation_expression": ExpressionBuilder.anonymous,
    "prefix_unary_expression": ExpressionBuilder.unary,
    "postfix_unary_expression": ExpressionBuilder.postfix,
    "binary_expression": ExpressionBuilder.binary,
    "assignment_expression": ExpressionBuilder.assign,
    "conditional_expression": ExpressionBuilder.conditional,
    "cast_expression": ExpressionBuilder.cast,
    "as_expression": ExpressionBuilder.as_type,
    "is_expression": ExpressionBuilder.is_type,
    "is_pattern_expression": ExpressionBuilder.is_pattern,
    "lambda_expression": ExpressionBuilder.lambda_,
    "anonymous_method_expression": ExpressionBuilder.lambda_,
    "default_expression": ExpressionBuilder.default,
    "typeof_expression": ExpressionBuilder.type_of,
    "checked_expression": ExpressionBuilder.checked,
    "throw_expression": ExpressionBuilder.throw_value,
    "query_expression": ExpressionBuilder.query,
}
