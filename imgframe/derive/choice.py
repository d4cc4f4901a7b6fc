"""What stands first among the places where a file may say the same thing."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import polars as pl

__all__ = ["Branch", "FirstOf", "beside", "first_of", "first_text", "joined", "text"]


@dataclass(frozen=True, slots=True)
class Branch:
    """A place where a value may stand."""

    value: pl.Expr | None
    """None for a null."""
    needs: tuple[str, ...]
    """Columns without which there is no value."""


@dataclass(frozen=True, slots=True)
class FirstOf:
    """The first of several values, in order of preference.

    It becomes one expression once it is known which columns a frame has, so that places that are
    not there cost nothing.
    """

    branches: tuple[Branch, ...]
    beside: bool
    """Whether the value beside the first column that is not null is meant, null as it may be;
    else it is the first value that is not null."""

    def columns(self) -> set[str]:
        """Return all columns that a value may come from."""
        return {c for b in self.branches for c in (*b.needs, *_roots(b.value))}

    def among(self, null: AbstractSet[str]) -> pl.Expr | None:
        """Return the expression for a frame.

        Parameters
        ----------
        null : set of str
            Columns that the frame does not have.

        Returns
        -------
        polars.Expr or None
            None if there is no value whatever the rows.
        """
        there = [branch for branch in self.branches if null.isdisjoint(branch.needs)]
        values = [None if b.value is None or _is_null(b.value, null) else b.value for b in there]
        found = [value for value in values if value is not None]
        if not found:
            return None
        if not self.beside:
            return pl.coalesce(found) if len(found) > 1 else found[0]
        chain: pl.Expr | None = None
        for branch, value in reversed(list(zip(there, values, strict=True))):
            is_there = pl.col(branch.needs[0]).is_not_null()
            chain = pl.when(is_there).then(value).otherwise(chain)
        return chain


def first_of(*values: pl.Expr | Branch) -> FirstOf:
    """Prefer values in this order; an expression needs every column that it reads."""
    branches = [v if isinstance(v, Branch) else Branch(v, tuple(_roots(v))) for v in values]
    return FirstOf(tuple(branches), beside=False)


def beside(*pairs: tuple[str, pl.Expr | None]) -> FirstOf:
    """Take the value that stands beside the first column that is not null, and no other."""
    return FirstOf(tuple(Branch(value, (name,)) for name, value in pairs), beside=True)


def text(name: str) -> pl.Expr:
    """Give a text without blanks around it; null where nothing is left."""
    stripped = pl.col(name).str.strip_chars()
    return pl.when(stripped != "").then(stripped)


def joined(name: str) -> pl.Expr:
    """Give the texts of a list as one."""
    texts = pl.col(name)
    # Joining takes five times as long as taking the first, and few lists have two.
    several = pl.when(texts.list.len() > 1).then(texts).list.join("; ")
    whole = pl.coalesce(several, texts.list.first()).str.strip_chars()
    return pl.when(whole != "").then(whole)


def first_text(name: str) -> pl.Expr:
    """Give the first text of a list."""
    first = pl.col(name).list.drop_nulls().list.first().str.strip_chars()
    return pl.when(first != "").then(first)


def _roots(expression: pl.Expr | None) -> list[str]:
    return [] if expression is None else list(dict.fromkeys(expression.meta.root_names()))


def _is_null(expression: pl.Expr, null: AbstractSet[str]) -> bool:
    """Tell whether an expression is made of nulls only; a literal is made of nothing."""
    roots = _roots(expression)
    return bool(roots) and all(name in null for name in roots)
