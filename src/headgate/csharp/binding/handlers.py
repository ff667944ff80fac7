"""Which function binds which node."""

from __future__ import annotations

from collections.abc import Callable

from headgate.csharp import tree
from headgate.csharp.binding import (
    assignments,
    creation,
    expressions,
    lambdas,
    loops,
    members,
    statements,
)
from headgate.csharp.binding.binder import Code

EXPRESSIONS: dict[type, Callable[..., Code]] = {
    tree.Literal: expressions.literal,
    tree.Name: members.name,
    tree.TypeOperand: members.type_operand,
    tree.Member: members.member,
    tree.Index: members.index,
    tree.Call: members.call,
    tree.ConditionalAccess: members.conditional_access,
    tree.New: creation.new,
    tree.NewArray: creation.new_array,
    tree.NewAnonymous: creation.anonymous,
    tree.Unary: expressions.unary,
    tree.Step: assignments.step,
    tree.Binary: expressions.binary,
    tree.Assign: assignments.assign,
    tree.Conditional: expressions.conditional,
    tree.Cast: expressions.cast,
    tree.As: expressions.as_type,
    tree.Is: expressions.is_pattern,
    tree.Lambda: lambdas.untyped,
    tree.Interpolated: expressions.interpolated,
    tree.Default: expressions.default,
    tree.TypeOf: expressions.type_of,
    tree.NameOf: expressions.name_of,
    tree.Checked: expressions.checked,
    tree.ThrowExpression: expressions.throw,
}

TARGETED: dict[type, Callable[..., Code]] = {
    tree.Lambda: lambdas.to_delegate,
    tree.Name: lambdas.group_to_delegate,
    tree.Member: lambdas.group_to_delegate,
    tree.Default: expressions.default_to,
    tree.NewArray: creation.array_to,
}

STATEMENTS: dict[type, Callable[..., bool]] = {
    tree.Block: statements.block,
    tree.Locals: statements.locals_,
    tree.LocalFunction: lambdas.local_function,
    tree.ExpressionStatement: statements.effect,
    tree.If: statements.if_,
    tree.Return: statements.return_,
    tree.Throw: statements.throw,
    tree.While: loops.while_,
    tree.For: loops.for_,
    tree.Foreach: loops.foreach,
    tree.Break: loops.break_,
    tree.Continue: loops.continue_,
    tree.Goto: statements.goto,
    tree.Labeled: statements.labeled,
    tree.Try: statements.try_,
    tree.Switch: loops.switch,
    tree.Empty: statements.empty,
}
