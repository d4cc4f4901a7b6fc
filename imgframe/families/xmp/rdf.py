"""RDF as XMP uses it (ISO 16684-1, 7): from the XML of a packet to named values.

Names are qualified with the customary prefix of their namespace. A field of a structure bears the
path to it, ``xmpMM:DerivedFrom/stRef:instanceID``. Of a text in several languages the default one
has the name of the property, the others have their language behind it, ``dc:title-fr-FR``.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final
from xml.parsers import expat

from imgframe.families._languages import by_language
from imgframe.schema import Rule
from imgframe.schema.xmp import DEEPER, LISTED, PREFIXES, RULES, prefix_of

Value = str | list[str | None]
"""A text, or the texts of a list; None stands for a field that one of its structures lacks."""

MAX_ELEMENTS: Final = 1_000_000
"""Elements of a packet."""
MAX_DEPTH: Final = 48
"""Elements inside each other."""
MAX_VALUES: Final = 4_096
"""Values of a packet."""
MAX_ITEMS: Final = 10_000
"""Items of a list."""
MAX_NAME: Final = 200
"""Characters of a name."""
MAX_FIELDS: Final = 128
"""Fields of the structures of a list."""

OUTSIDE, NODES, NODE, PROPERTY, LIST, IGNORED = range(6)
"""What an element is: above ``rdf:RDF``; that itself; what bears properties; a property or an item
of a list; a list; what leads to no value."""

NO_VALUES: Final = frozenset((
    "rdf:about", "rdf:ID", "rdf:nodeID", "rdf:bagID", "rdf:datatype", "rdf:parseType", "rdf:type",
    "rdf:resource", "rdf:value", "xml:lang", "xml:space", "xml:base",
))  # fmt: skip
"""Attributes that are no properties."""

LISTS: Final = frozenset(("rdf:Bag", "rdf:Seq", "rdf:Alt"))


class StopError(Exception):
    """Reading cannot or must not go on; says why."""


@dataclass(slots=True)
class _Open:
    """An element whose end has not come."""

    kind: int
    path: str = ""
    """Name of the value it leads to; empty for none yet."""
    item: _List | None = None
    """The list in one of whose items it stands."""
    own: _List | None = None
    """The list that it is, or whose text item it is."""
    language: str | None = None
    outer: _List | None = None
    """Of a list that is itself an item: the list it is an item of."""


OUTSIDE_IT: Final = _Open(OUTSIDE)
NODES_IT: Final = _Open(NODES)
IGNORED_IT: Final = _Open(IGNORED)


@lru_cache(maxsize=4_096)
def _plain(name: str) -> _Open:
    """Open a property of the resource itself that has no attributes."""
    path = _path("", name)
    return _Open(PROPERTY, path) if path else IGNORED_IT


class _List:
    """A list whose items are being read."""

    __slots__ = ("choice", "fields", "languages", "path", "plain_item", "size", "texts")

    def __init__(self, path: str, item: _List | None, *, choice: bool) -> None:
        self.path = path
        self.choice = choice
        """Whether it is an rdf:Alt."""
        self.plain_item = _Open(PROPERTY, path, item or self, self)
        """An item that has no attributes."""
        self.size = 0
        """Number of items begun."""
        self.texts: list[str | None] = []
        self.languages: list[str | None] = []
        self.fields: dict[str, list[str | None]] = {}
        """Of items that are structures: the values of each field so far."""

    def put(self, path: str, text: str) -> None:
        """Note the field of the structure that is the current item."""
        if len(self.fields) >= MAX_FIELDS and path not in self.fields:
            return
        values = self.fields.setdefault(path, [])
        if len(values) < self.size:
            values += [None] * (self.size - 1 - len(values))
            values.append(text)

    def values(self) -> dict[str, Value]:
        """Return what the list has become, by name."""
        if self.fields:
            return {
                path: values + [None] * (self.size - len(values))
                for path, values in self.fields.items()
            }
        if not self.texts:
            return {}
        # What has several values keeps them where a writer took the wrong kind of list.
        several = RULES.get(self.path) == Rule.TEXTS and not any(self.languages)
        if several or not self.choice:
            return {self.path: list(self.texts)}
        return dict(by_language(self.path, self.languages, self.texts))


class _Reader:
    """Takes the events of the XML parser."""

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.notes: list[str] = []
        self.stack = [OUTSIDE_IT]
        self.texts: list[str] = []
        """The text of the element at hand."""
        self.leaf = False
        """Whether that element has no other in it so far."""
        self.bound: dict[str, str] = {}
        """URI of each prefix of the file."""
        self.renamed: dict[str, str] = {}
        """Customary prefix of those prefixes of the file that differ from it."""
        self.scopes: list[tuple[int, str, str]] = []
        """Depth of an element that bound a prefix anew, the prefix, and what it meant before."""
        self.left = MAX_ELEMENTS

    def start(self, name: str, attributes: dict[str, str]) -> None:
        stack = self.stack
        if len(stack) > MAX_DEPTH:
            raise StopError(f"nested deeper than {MAX_DEPTH}")
        self.left -= 1
        if not self.left:
            raise StopError(f"more than {MAX_ELEMENTS} elements")
        if attributes:
            for key in [key for key in attributes if key[:5] == "xmlns"]:
                self._bind(key[6:], attributes.pop(key))
        if self.renamed:
            name, attributes = self._rename_all(name, attributes)
        self.texts.clear()
        self.leaf = True
        above = stack[-1]
        kind = above.kind
        if kind == NODE:
            if attributes or above.path or len(name) > MAX_NAME:
                stack.append(self._property(above, name, attributes))
            else:
                stack.append(_plain(name))
        elif kind == PROPERTY:
            if name in LISTS:
                stack.append(_list(above, name))
            else:
                stack.append(self._node(above, attributes))
        elif kind == LIST:
            stack.append(self._item(above, name, attributes))
        elif kind == NODES or (kind == OUTSIDE and name == "rdf:Description"):
            stack.append(self._node(above, attributes))
        elif kind == OUTSIDE:
            stack.append(NODES_IT if name == "rdf:RDF" else OUTSIDE_IT)
        else:
            stack.append(IGNORED_IT)

    def end(self, name: str) -> None:
        element = self.stack.pop()
        if self.leaf:
            self.leaf = False
            if element.kind == PROPERTY:
                self._text(element, "".join(self.texts))
        elif element.kind == LIST:
            self._close(element)
        while self.scopes and self.scopes[-1][0] > len(self.stack):
            _, prefix, uri = self.scopes.pop()
            self._mean(prefix, uri)

    def _property(self, node: _Open, name: str, attributes: dict[str, str]) -> _Open:
        path = _path(node.path, name)
        if not path:
            return IGNORED_IT
        return self._content(path, node.item, None, attributes)

    def _item(self, above: _Open, name: str, attributes: dict[str, str]) -> _Open:
        owner = above.own
        if owner is None or name[:5] not in ("rdf:l", "rdf:_"):
            return IGNORED_IT
        owner.size += 1
        if owner.size > MAX_ITEMS:
            if owner.size == MAX_ITEMS + 1:
                self.notes.append(f"{owner.path}: more than {MAX_ITEMS} items, the rest left out")
            return IGNORED_IT
        if not attributes:
            return owner.plain_item
        if above.item is None:
            return self._content(owner.path, owner, owner, attributes)
        return replace(owner.plain_item, language=attributes.get("xml:lang"))

    def _content(
        self, path: str, item: _List | None, own: _List | None, attributes: dict[str, str]
    ) -> _Open:
        """Open a property, or an item of a list, with what its attributes say."""
        if not attributes:
            return _Open(PROPERTY, path, item, own)
        language = attributes.get("xml:lang")
        element = _Open(PROPERTY, path, item, own, language)
        resource = attributes.get("rdf:resource", attributes.get("rdf:value"))
        if resource is not None:
            self._text(element, resource)
            return IGNORED_IT
        self._fields(element, attributes)
        structure = attributes.get("rdf:parseType") == "Resource"
        return _Open(NODE, path, item) if structure else element

    def _node(self, above: _Open, attributes: dict[str, str]) -> _Open:
        node = _Open(NODE, above.path, above.item)
        if above.own is not None and above.own is not above.item:
            return IGNORED_IT
        if len(self.values) + len(attributes) > MAX_VALUES:
            raise StopError(f"more than {MAX_VALUES} values")
        if not above.path and above.item is None and not self.values:
            self.values = {k: v for k, v in attributes.items() if k not in NO_VALUES}
        else:
            self._fields(node, attributes)
        return node

    def _fields(self, element: _Open, attributes: dict[str, str]) -> None:
        """Put properties that are written as attributes."""
        for name, text in attributes.items():
            path = "" if name in NO_VALUES else _path(element.path, name)
            if path:
                self._put(path, text, element.item)

    def _text(self, element: _Open, text: str) -> None:
        if not text or text.isspace():
            return
        if element.own is not None:
            element.own.texts.append(text)
            element.own.languages.append(element.language)
        elif element.item is not None:
            self._put(element.path, text, element.item)
        elif element.path not in self.values:
            if len(self.values) >= MAX_VALUES:
                raise StopError(f"more than {MAX_VALUES} values")
            self.values[element.path] = text

    def _close(self, element: _Open) -> None:
        """Take over what a list has become."""
        assert element.own is not None
        values = element.own.values()
        if element.item is None:
            if len(self.values) + len(values) > MAX_VALUES:
                raise StopError(f"more than {MAX_VALUES} values")
            for path, value in values.items():
                self.values.setdefault(path, value)
        elif element.path in values:
            value = values[element.path]
            text = value if isinstance(value, str) else "; ".join(v for v in value if v)
            if element.outer is None:
                self._put(element.path, text, element.item)
            else:
                element.outer.texts.append(text)
                element.outer.languages.append(None)

    def _put(self, path: str, text: str, item: _List | None) -> None:
        if item is None:
            self.values.setdefault(path, text)
        elif path == item.path:
            item.texts.append(text)
            item.languages.append(None)
        elif item.path in LISTED:
            item.put(path, text)

    def close(self) -> None:
        """Take over lists whose end never came."""
        for element in reversed(self.stack):
            if element.kind == LIST:
                with suppress(StopError):
                    self._close(element)

    def _bind(self, prefix: str, uri: str) -> None:
        """Learn what namespace a prefix of the file means from here on."""
        if self.bound.get(prefix) == uri:
            return
        if prefix in self.bound:
            self.scopes.append((len(self.stack) + 1, prefix, self.bound[prefix]))
        self._mean(prefix, uri)

    def _mean(self, prefix: str, uri: str) -> None:
        self.bound[prefix] = uri
        customary = prefix_of(uri)
        if customary is None:
            # Another namespace must not pass for one whose columns have meaning and dtype.
            customary = f"{prefix}_" if prefix in PREFIXES else prefix
        if customary == prefix:
            self.renamed.pop(prefix, None)
        else:
            self.renamed[prefix] = customary

    def _rename_all(self, name: str, attributes: dict[str, str]) -> tuple[str, dict[str, str]]:
        rename = self._rename
        # An attribute without a prefix is in no namespace, not in the default one.
        return rename(name), {
            rename(key) if ":" in key else key: value for key, value in attributes.items()
        }

    def _rename(self, name: str) -> str:
        prefix, colon, local = name.partition(":")
        if not colon:
            prefix, local = "", name
        customary = self.renamed.get(prefix)
        return name if customary is None else f"{customary}:{local}"


def _list(above: _Open, name: str) -> _Open:
    """Open a list; as the item of a list it is one text of that."""
    made = _List(above.path, above.item, choice=name == "rdf:Alt")
    return _Open(LIST, above.path, above.item, made, outer=above.own)


def _path(parent: str, name: str) -> str:
    """Name the property of a node; "" for none."""
    if name[:4] == "rdf:":
        return parent if name == "rdf:value" else ""
    if ":" not in name:
        return ""
    if not parent:
        return name
    if "/" in parent and parent not in DEEPER:
        return ""
    return f"{parent}/{name}"


def read(xml: bytes) -> tuple[dict[str, Value], list[str], str | None]:
    """Read the properties of a packet.

    Parameters
    ----------
    xml : bytes
        UTF-8, from the first tag to the last.

    Returns
    -------
    values : dict of str to str or list
        By name of the column; texts as they stand. Of a name found twice the first.
    notes : list of str
        What was left out.
    error : str or None
        Why what follows the values could not be read.
    """
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.texts.append
    if b"<!DOCTYPE" in xml:
        parser.StartDoctypeDeclHandler = _refuse
    error = None
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as trouble:
        error = f"{expat.ErrorString(trouble.code)} in line {trouble.lineno}"
        reader.close()
    except StopError as trouble:
        error = str(trouble)
        reader.close()
    return reader.values, reader.notes, error


def _refuse(*_: object) -> None:
    raise StopError("document type declaration, which is not read")
