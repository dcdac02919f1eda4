"""The cursor that the productions of the grammar share, and how a production is written.

A production is a function that takes the cursor and returns what it has read, or None (False for a plain yes or no) if
the next tokens are something else. ``@production`` puts the cursor back in that case, so productions are joined with
``or`` and an optional part is simply called: nothing has to be undone by hand. Only this module moves the cursor.

The docstring of a production holds it in this notation::

    NAME, "sign"     a token: a kind of ``tokens.VOCABULARY`` or of ``tokens.Token``, or a sign
    name             another production
    a b,  a | b      one after the other; the first that matches
    a?  a*  a+       none or one; any number; one or more
    &a  !a           a must, or must not, come next; the cursor stays
    a[condition]     a, if the condition holds
    end              no token is left; a rule reads to there, over closing signs and words
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from danvan_xl.language.schedules.normalise import Phrase
from danvan_xl.language.schedules.tokens import Token, tokenise

P = ParamSpec("P")
T = TypeVar("T")

CLOSING = (".", ",", ";", "FILL")
"""What may remain at the end of a phrase."""


class Cursor:
    """A position in the tokens of a phrase. ``take`` moves on, or returns None and stays."""

    __slots__ = ("at", "tokens")

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.tokens = tokens
        self.at = 0

    @classmethod
    def of(cls, phrase: Phrase) -> Cursor:
        """A cursor at the first token of ``phrase``."""
        return cls(tokenise(phrase.folded))

    def peek(self, ahead: int = 0) -> Token | None:
        """The next token, or the one ``ahead`` of it; the cursor stays."""
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else None

    def kind(self, ahead: int = 0) -> str:
        """The kind of the next token, or of the one ``ahead`` of it; an empty string after the last."""
        place = self.at + ahead
        return self.tokens[place].kind if place < len(self.tokens) else ""

    def take(self, *kinds: str) -> Token | None:
        """Read the next token if it is one of ``kinds``."""
        if self.at < len(self.tokens) and self.tokens[self.at].kind in kinds:
            self.at += 1
            return self.tokens[self.at - 1]
        return None

    def skip(self, *kinds: str) -> bool:
        """Move over any number of ``kinds``; returns whether there were any."""
        begin = self.at
        while self.take(*kinds):
            pass
        return self.at > begin

    def finish(self) -> bool:
        """Move over closing signs and words; False, and the cursor stays, if anything else is left."""
        begin = self.at
        self.skip(*CLOSING)
        if self.at < len(self.tokens):
            self.at = begin
            return False
        return True

    def first_of(self, *productions: Callable[[Cursor], T | None]) -> T | None:
        """``a | b | …``: what the first matching production has read."""
        for read in productions:
            found = read(self)
            if found is not None:
                return found
        return None

    def sees(self, read: Callable[[Cursor], object]) -> bool:
        """``&a``: whether a production matches here; the cursor stays."""
        begin = self.at
        found = read(self)
        self.at = begin
        return not (found is None or found is False)

    def bracketed(self, read: Callable[Concatenate[Cursor, P], T | None], *args: P.args, **more: P.kwargs) -> T | None:
        """``"(" a ")"``."""
        begin = self.at
        found = read(self, *args, **more) if self.take("(") else None
        if found is not None and not self.take(")"):
            found = None
        if found is None:
            self.at = begin
        return found

    def maybe_bracketed(
        self, read: Callable[Concatenate[Cursor, P], T | None], *args: P.args, **more: P.kwargs
    ) -> T | None:
        """``"(" a ")" | a``: both brackets or none."""
        return self.bracketed(read, *args, **more) if self.kind() == "(" else read(self, *args, **more)


def production(read: Callable[Concatenate[Cursor, P], T]) -> Callable[Concatenate[Cursor, P], T]:
    """``read`` as a production: if it returns None or False, the cursor is put back where it was."""

    @wraps(read)
    def reading(cursor: Cursor, /, *args: P.args, **more: P.kwargs) -> T:
        begin = cursor.at
        found = read(cursor, *args, **more)
        if found is None or found is False:
            cursor.at = begin
        return found

    return reading
