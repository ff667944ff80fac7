"""Statements from tree-sitter nodes. What `STATEMENTS` does not list is refused (HG204)."""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node

from headgate.csharp import tree
from headgate.csharp.syntax.expressions import ExpressionBuilder


class StatementBuilder(ExpressionBuilder):
    """Builds everything."""

    def statement(self, node: Node) -> tree.Statement:
        """Return one statement."""
        handler = STATEMENTS.get(node.type)
        if handler is None:
            raise self.refuse(node)
        return handler(self, node)

    def block(self, node: Node) -> tree.Block:
        """Return a block of statements."""
        body = [self.statement(part) for part in self.parts(node)]
        return tree.Block(at=self.at(node), body=body)

    def checked_block(self, node: Node) -> tree.Statement:
        """Build `checked { ... }`."""
        block = self.block(self.parts(node)[0])
        block.checked = node.children[0].type == "checked"
        return block

    def locals(self, node: Node) -> tree.Statement:
        """Build a declaration of locals."""
        modifiers = [self.text(part) for part in self.parts(node) if part.type == "modifier"]
        if modifiers not in ([], ["const"]):
            raise self.refuse(node)
        declared = self.declarations(self.parts(node)[-1])
        declared.constant = bool(modifiers)
        return declared

    def declarations(self, node: Node) -> tree.Locals:
        """Return `T a = 1, b`, of a statement or the head of `for`."""
        kind = self.field(node, "type")
        declarators = []
        for part in self.parts(node):
            if part.type != "variable_declarator":
                continue
            name, *value = self.parts(part)
            declarators.append(
                tree.Declarator(
                    at=self.at(part),
                    name=self.name(name),
                    value=self.expression(value[0]) if value else None,
                )
            )
        return tree.Locals(at=self.at(node), type=self.optional_type(kind), declarators=declarators)

    def local_function(self, node: Node) -> tree.Statement:
        """Build a local function."""
        if any(c.type in ("modifier", "type_parameter_list") for c in node.children):
            raise self.refuse(node)
        body = self.field(node, "body")
        arrow = body.type == "arrow_expression_clause"
        return tree.LocalFunction(
            at=self.at(node),
            type=self.type(self.field(node, "type")),
            name=self.name(self.field(node, "name")),
            parameters=self.parameters(self.field(node, "parameters")),
            body=self.expression(self.parts(body)[0]) if arrow else self.block(body),
        )

    def effect(self, node: Node) -> tree.Statement:
        """Build an expression statement."""
        value = self.expression(self.parts(node)[0])
        return tree.ExpressionStatement(at=self.at(node), value=value)

    def if_(self, node: Node) -> tree.Statement:
        """Build `if`."""
        no = node.child_by_field_name("alternative")
        return tree.If(
            at=self.at(node),
            test=self.expression(self.field(node, "condition")),
            yes=self.statement(self.field(node, "consequence")),
            no=self.statement(no) if no is not None else None,
        )

    def return_(self, node: Node) -> tree.Statement:
        """Build `return`."""
        parts = self.parts(node)
        value = self.expression(parts[0]) if parts else None
        return tree.Return(at=self.at(node), value=value)

    def throw(self, node: Node) -> tree.Statement:
        """Build `throw`."""
        parts = self.parts(node)
        value = self.expression(parts[0]) if parts else None
        return tree.Throw(at=self.at(node), value=value)

    def while_(self, node: Node) -> tree.Statement:
        """Build `while` or `do`."""
        return tree.While(
            at=self.at(node),
            test=self.expression(self.field(node, "condition")),
            body=self.statement(self.field(node, "body")),
            after=node.type == "do_statement",
        )

    def for_(self, node: Node) -> tree.Statement:
        """Build `for`."""
        first: list[tree.Statement] = []
        for part in node.children_by_field_name("initializer"):
            if part.type == "variable_declaration":
                first.append(self.declarations(part))
            elif part.is_named:
                value = self.expression(part)
                first.append(tree.ExpressionStatement(at=self.at(part), value=value))
        test = node.child_by_field_name("condition")
        steps = [part for part in node.children_by_field_name("update") if part.is_named]
        return tree.For(
            at=self.at(node),
            first=first,
            test=self.expression(test) if test is not None else None,
            steps=[self.expression(step) for step in steps],
            body=self.statement(self.field(node, "body")),
        )

    def foreach(self, node: Node) -> tree.Statement:
        """Build `foreach`."""
        return tree.Foreach(
            at=self.at(node),
            type=self.optional_type(self.field(node, "type")),
            name=self.name(self.field(node, "left")),
            source=self.expression(self.field(node, "right")),
            body=self.statement(self.field(node, "body")),
        )

    def break_(self, node: Node) -> tree.Statement:
        """Build `break`."""
        return tree.Break(at=self.at(node))

    def continue_(self, node: Node) -> tree.Statement:
        """Build `continue`."""
        return tree.Continue(at=self.at(node))

    def empty(self, node: Node) -> tree.Statement:
        """Build `;`."""
        return tree.Empty(at=self.at(node))

    def goto(self, node: Node) -> tree.Statement:
        """Build `goto`."""
        parts, words = self.parts(node), [child.type for child in node.children]
        if "case" in words:
            return tree.Goto(at=self.at(node), case=self.expression(parts[0]))
        label = "" if "default" in words else self.name(parts[0])
        return tree.Goto(at=self.at(node), label=label)

    def labeled(self, node: Node) -> tree.Statement:
        """Build `label: statement`."""
        label, body = self.parts(node)
        return tree.Labeled(at=self.at(node), label=self.name(label), body=self.statement(body))

    def try_(self, node: Node) -> tree.Statement:
        """Build `try`."""
        catches = [self.catch(part) for part in self.parts(node) if part.type == "catch_clause"]
        final = next((p for p in self.parts(node) if p.type == "finally_clause"), None)
        return tree.Try(
            at=self.at(node),
            body=self.block(self.field(node, "body")),
            catches=catches,
            final=self.block(self.parts(final)[0]) if final is not None else None,
        )

    def using(self, node: Node) -> tree.Statement:
        """Build `using (T name = value) body` as a block: there is nothing here to dispose of."""
        *first, body = self.parts(node)
        if not first:
            raise self.refuse(node)
        at = self.at(first[0])
        if first[0].type == "variable_declaration":
            held = self.declarations(first[0])
        else:
            # The name is none that anybody can write.
            unnamed = tree.Declarator(at=at, name=f"using {at}", value=self.expression(first[0]))
            held = tree.Locals(at=at, type=None, declarators=[unnamed])
        return tree.Block(at=self.at(node), body=[held, self.statement(body)])

    def catch(self, node: Node) -> tree.Catch:
        """Build `catch`."""
        parts = {part.type: part for part in self.parts(node)}
        declared, test = parts.get("catch_declaration"), parts.get("catch_filter_clause")
        name = declared.child_by_field_name("name") if declared is not None else None
        return tree.Catch(
            at=self.at(node),
            type=self.type(self.field(declared, "type")) if declared is not None else None,
            name=self.name(name) if name is not None else "",
            test=self.expression(self.parts(test)[0]) if test is not None else None,
            body=self.block(self.field(node, "body")),
        )

    def switch(self, node: Node) -> tree.Statement:
        """Build `switch`."""
        sections: list[tree.Section] = []
        for part in self.parts(self.field(node, "body")):
            section = self.section(part)
            if sections and not sections[-1].body:
                section.cases = [*sections.pop().cases, *section.cases]
            sections.append(section)
        value = self.expression(self.field(node, "value"))
        return tree.Switch(at=self.at(node), value=value, sections=sections)

    def section(self, node: Node) -> tree.Section:
        """Return one label and what follows it; labels without statements are joined later."""
        parts = self.parts(node)
        at = self.at(node)
        if node.children[0].type == "default":
            case = tree.Case(at=at, pattern=None)
        else:
            case = tree.Case(at=at, pattern=self.pattern(parts.pop(0)))
        if parts and parts[0].type == "when_clause":
            case.test = self.expression(self.parts(parts.pop(0))[0])
        body = [self.statement(part) for part in parts]
        return tree.Section(at=at, cases=[case], body=body)


STATEMENTS: dict[str, Callable[[StatementBuilder, Node], tree.Statement]] = {
    "block": StatementBuilder.block,
    "checked_statement": StatementBuilder.checked_block,
    "local_declaration_statement": StatementBuilder.locals,
    "local_function_statement": StatementBuilder.local_function,
    "expression_statement": StatementBuilder.effect,
    "if_statement": StatementBuilder.if_,
    "return_statement": StatementBuilder.return_,
    "throw_statement": StatementBuilder.throw,
    "while_statement": StatementBuilder.while_,
    "do_statement": StatementBuilder.while_,
    "for_statement": StatementBuilder.for_,
    "foreach_statement": StatementBuilder.foreach,
    "break_statement": StatementBuilder.break_,
    "continue_statement": StatementBuilder.continue_,
    "empty_statement": StatementBuilder.empty,
    "goto_statement": StatementBuilder.goto,
    "labeled_statement": StatementBuilder.labeled,
    "try_statement": StatementBuilder.try_,
    "switch_statement": StatementBuilder.switch,
    "using_statement": StatementBuilder.using,
}
