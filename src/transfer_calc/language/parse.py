"""From the text of a formula to its nodes.

The grammar is a small part of Python's expressions, read by `ast.parse` and then checked node by
node against a list of what is allowed; nothing is ever executed.

    expression  = expression "if" condition "else" expression | sum
    condition   = condition ("and" | "or") condition | "not" condition | comparison
    comparison  = sum (("<" | "<=" | ">" | ">=" | "==" | "!=") sum)+
    sum         = product (("+" | "-") product)*
    product     = sign (("*" | "/") sign)*
    sign        = "-" sign | atom
    atom        = number | name | quoted text | "(" expression ")"
                | function "(" expression ("," expression)* ("," option)* ")"
                | table "[" expression ("," expression)? "]"
    option      = "by" "=" name | "where" "=" condition | keyword "=" quoted text

Names may be Chinese. Functions stand in `functions.FUNCTIONS`.
"""

from __future__ import annotations

import ast
import difflib
import unicodedata
import warnings
from typing import NoReturn

from transfer_calc.issues import MethodError, Place, issue
from transfer_calc.language.functions import FUNCTIONS, Function
from transfer_calc.language.nodes import (
    Aggregate,
    Arithmetic,
    Call,
    Comparison,
    Conditional,
    Expression,
    Literal,
    Logic,
    Lookup,
    Name,
    Negative,
    Not,
    Number,
    Schedule,
    Span,
)
from transfer_calc.text import Text

MAX_LENGTH = 2_000
MAX_NODES = 400
MAX_DEPTH = 100

_ARITHMETIC: dict[type[ast.AST], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPARISONS: dict[type[ast.AST], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_REFUSED: dict[type[ast.AST], Text] = {
    ast.Attribute: Text("属性（a.b）", "attributes (a.b)"),
    ast.Lambda: Text("lambda", "lambda"),
    ast.ListComp: Text("推导式", "comprehensions"),
    ast.SetComp: Text("推导式", "comprehensions"),
    ast.DictComp: Text("推导式", "comprehensions"),
    ast.GeneratorExp: Text("推导式", "comprehensions"),
    ast.JoinedStr: Text("f 字符串", "f-strings"),
    ast.NamedExpr: Text("赋值（:=）", "assignment (:=)"),
    ast.Starred: Text("星号参数", "starred arguments"),
    ast.List: Text("列表", "lists"),
    ast.Tuple: Text("元组", "tuples"),
    ast.Dict: Text("字典", "dictionaries"),
    ast.Set: Text("集合", "sets"),
    ast.Await: Text("await", "await"),
    ast.Yield: Text("yield", "yield"),
    ast.YieldFrom: Text("yield", "yield"),
    ast.Slice: Text("切片", "slices"),
}
_REFUSED_OPERATORS: dict[type[ast.AST], Text] = {
    ast.Pow: Text("乘方（**）", "powers (**)"),
    ast.Mod: Text("取余（%）", "remainders (%)"),
    ast.FloorDiv: Text("整除（//）", "whole division (//)"),
    ast.MatMult: Text("矩阵乘（@）", "matrix products (@)"),
    ast.In: Text("in", "in"),
    ast.NotIn: Text("not in", "not in"),
    ast.Is: Text("is", "is"),
    ast.IsNot: Text("is not", "is not"),
}
_ONE_LINE = str.maketrans("\r\n\t", "   ")
_ASCII = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_ ()[]+-*/<>=!,.\"':@%{}&|^~;`?"
)


def parse(text: str, place: Place | None = None) -> Expression:
    """Read a formula.

    Args:
        text: The formula, at most 2,000 characters.
        place: Where it stands, for messages.

    Raises:
        MethodError: With one issue that says what is not understood or not allowed (TC108 to TC114).
    """
    return _Parser(text, place or Place()).read()


class _Parser:
    def __init__(self, text: str, place: Place) -> None:
        # On one line: then every part of the formula is where Python says it is.
        self.text = text.strip().translate(_ONE_LINE)
        self.place = place
        self.count = 0
        self.bytes = self.text.encode("utf-8", "surrogatepass")

    def fail(self, code: str, **details: object) -> NoReturn:
        raise MethodError([issue(code, self.place, **details)])

    def read(self) -> Expression:
        if len(self.text) > MAX_LENGTH:
            self.fail(
                "TC109",
                detail=Text(
                    f"{len(self.text)} 个字符，上限 {MAX_LENGTH}",
                    f"{len(self.text)} characters, limit {MAX_LENGTH}",
                ),
            )
        self.check_characters()
        self.check_nesting()
        try:
            with warnings.catch_warnings():
                # Python warns of odd literals such as `1if`; to us they are either allowed or refused.
                warnings.simplefilter("ignore")
                tree = ast.parse(self.text, mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            detail = error.msg if isinstance(error, SyntaxError) else type(error).__name__
            self.fail("TC108", detail=f"{detail} — {self.text[:80]}")
        return self.expression(tree.body, 1)

    def check_characters(self) -> None:
        quoted = ""
        for char in self.text:
            # A quoted text is a key or the name of a group; it may hold what those hold.
            if char in "\"'" and quoted in ("", char):
                quoted = "" if quoted else char
            if char in _ASCII or (quoted and char.isprintable()):
                continue
            plain = unicodedata.normalize("NFKC", char)
            if plain == char and ("a" + char).isidentifier():
                continue
            if plain != char:
                advice = Text(f"请写成「{plain}」", f"write “{plain}”")
            else:
                advice = Text("请用键盘上的半角符号", "use the plain sign on the keyboard")
            self.fail("TC114", char=char, unicode=f"U+{ord(char):04X}", advice=advice)

    def check_nesting(self) -> None:
        # Before Python's own parser sees it: deep nesting can exhaust its memory.
        depth = 0
        signs = 0
        for char in self.text:
            if char in "([{":
                depth += 1
            elif char in ")]}":
                depth -= 1
            signs = signs + 1 if char in "-~+" else (signs if char.isspace() else 0)
            if depth > MAX_DEPTH or signs > MAX_DEPTH:
                self.fail(
                    "TC109", detail=Text(f"嵌套超过 {MAX_DEPTH} 层", f"nested more than {MAX_DEPTH} deep")
                )

    def span(self, node: ast.expr) -> Span:
        return (node.col_offset, node.end_col_offset or node.col_offset)

    def source(self, node: ast.expr) -> str:
        first, last = self.span(node)
        return self.bytes[first:last].decode()

    def expression(self, node: ast.expr, depth: int) -> Expression:
        self.count += 1
        if self.count > MAX_NODES:
            self.fail("TC109", detail=Text(f"超过 {MAX_NODES} 个成分", f"more than {MAX_NODES} parts"))
        if depth > MAX_DEPTH:
            self.fail("TC109", detail=Text(f"嵌套超过 {MAX_DEPTH} 层", f"nested more than {MAX_DEPTH} deep"))
        span = self.span(node)
        below = depth + 1
        match node:
            case ast.Constant():
                return self.constant(node)
            case ast.Name(id=name):
                return Name(self.allowed_name(name), span)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Negative(self.expression(operand, below), span)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self.expression(operand, below), span)
            case ast.BinOp(op=operator) if type(operator) in _ARITHMETIC:
                left, right = self.expression(node.left, below), self.expression(node.right, below)
                return Arithmetic(_ARITHMETIC[type(operator)], left, right, span)
            case ast.BoolOp(op=operator, values=values):
                word = "and" if isinstance(operator, ast.And) else "or"
                return Logic(word, tuple(self.expression(value, below) for value in values), span)
            case ast.Compare():
                return self.comparison(node, below)
            case ast.IfExp(test=test, body=yes, orelse=no):
                return Conditional(
                    self.expression(test, below),
                    self.expression(yes, below),
                    self.expression(no, below),
                    span,
                )
            case ast.Call():
                return self.call(node, below)
            case ast.Subscript():
                return self.lookup(node, below)
        self.refuse(node)

    def refuse(self, node: ast.expr) -> NoReturn:
        match node:
            case ast.BinOp(op=operator):
                what = _REFUSED_OPERATORS.get(type(operator), Text("位运算", "bit operations"))
            case ast.UnaryOp():
                what = Text("正号（+x）和按位取反（~x）", "a leading + or ~")
            case _:
                kind = type(node).__name__
                what = _REFUSED.get(type(node), Text(kind, kind))
        self.fail("TC110", what=what)

    def allowed_name(self, name: str) -> str:
        if name.startswith("__"):
            self.fail("TC110", what=Text(f"双下划线名称 {name}", f"double-underscore names ({name})"))
        return name

    def constant(self, node: ast.Constant) -> Expression:
        span = self.span(node)
        match node.value:
            case bool() | None:
                self.fail("TC110", what=Text(f"常量 {node.value}", f"the constant {node.value}"))
            case int() | float():
                text = self.source(node)
                if not all(char.isdigit() or char == "." for char in text):
                    self.fail("TC110", what=Text(f"数字写法 {text[:40]}", f"the number form {text[:40]}"))
                return Number(text, span)
            case str(value):
                return Literal(value, span)
        text = self.source(node)[:40]
        self.fail("TC110", what=Text(f"常量 {text}", f"the constant {text}"))

    def comparison(self, node: ast.Compare, depth: int) -> Expression:
        pairs: list[Expression] = []
        left = self.expression(node.left, depth)
        for operator, right_node in zip(node.ops, node.comparators, strict=True):
            if type(operator) not in _COMPARISONS:
                self.fail("TC110", what=_REFUSED_OPERATORS[type(operator)])
            right = self.expression(right_node, depth)
            pairs.append(Comparison(_COMPARISONS[type(operator)], left, right, self.span(node)))
            left = right
        return pairs[0] if len(pairs) == 1 else Logic("and", tuple(pairs), self.span(node))

    def lookup(self, node: ast.Subscript, depth: int) -> Expression:
        if not isinstance(node.value, ast.Name):
            self.fail("TC110", what=Text("对算式取下标", "indexing an expression"))
        if isinstance(node.slice, ast.Slice):
            self.refuse(node.slice)
        keys = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if not 1 <= len(keys) <= 2:
            detail = Text("查表要一个或两个键", "a look-up has one key or two")
            self.fail("TC108", detail=detail)
        table = self.allowed_name(node.value.id)
        return Lookup(table, tuple(self.expression(key, depth) for key in keys), self.span(node))

    def call(self, node: ast.Call, depth: int) -> Expression:
        if not isinstance(node.func, ast.Name):
            if isinstance(node.func, ast.Attribute):
                self.refuse(node.func)
            self.fail("TC110", what=Text("对算式的调用", "calling an expression"))
        function = FUNCTIONS.get(node.func.id)
        if function is None:
            near = difflib.get_close_matches(node.func.id, FUNCTIONS, n=3) or list(FUNCTIONS)
            self.fail("TC111", name=node.func.id, near=", ".join(near))
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                self.refuse(argument)
        count = len(node.args)
        if count < function.least or (function.most is not None and count > function.most):
            self.misuse(function, Text(f"给了 {count} 个值", f"{count} values given"))
        if function.kind == "many":
            return self.aggregate(function, node, depth)
        if node.keywords:
            self.misuse(function, Text("不接受选项", "it takes no options"))
        if function.kind == "schedule":
            table = node.args[1]
            if not isinstance(table, ast.Name):
                self.misuse(
                    function, Text("第二个值要是档次表的名称", "the second value is the name of a schedule")
                )
            return Schedule(
                function.name,
                self.expression(node.args[0], depth),
                self.allowed_name(table.id),
                self.span(node),
            )
        arguments = tuple(self.expression(argument, depth) for argument in node.args)
        return Call(function.name, arguments, self.span(node))

    def aggregate(self, function: Function, node: ast.Call, depth: int) -> Expression:
        arguments = tuple(self.expression(argument, depth) for argument in node.args)
        allowed = dict(function.options)
        by: str | None = None
        where: Expression | None = None
        chosen: dict[str, str] = {}
        for keyword in node.keywords:
            match keyword:
                case ast.keyword(arg=None):
                    self.fail("TC110", what=_REFUSED[ast.Starred])
                case ast.keyword(arg="by", value=ast.Name(id=group)) if by is None:
                    by = self.allowed_name(group)
                case ast.keyword(arg="where", value=condition) if where is None:
                    where = self.expression(condition, depth)
                case ast.keyword(arg=str(option), value=ast.Constant(value=str(value))) if option in allowed:
                    if value not in allowed[option] or option in chosen:
                        listed = " | ".join(allowed[option])
                        self.misuse(function, Text(f"{option} 可取 {listed}", f"{option} is one of {listed}"))
                    chosen[option] = value
                case _:
                    said = f"{keyword.arg}={self.source(keyword.value)[:40]}"
                    self.misuse(function, Text(f"不接受 {said}", f"it does not take {said}"))
        missing = [option for option in allowed if option not in chosen]
        if missing:
            self.misuse(function, Text(f"缺少 {', '.join(missing)}", f"{', '.join(missing)} must be given"))
        options = tuple((option, chosen[option]) for option in allowed)
        return Aggregate(function.name, arguments, by, where, options, self.span(node))

    def misuse(self, function: Function, detail: Text) -> NoReturn:
        self.fail("TC112", name=function.name, detail=detail, usage=function.usage)
