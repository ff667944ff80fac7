"""YAML within bounds: text, true, false, null, lists and mappings, each with its position.

libyaml's events are read in one pass without recursion, because its composer exhausts the C stack
on deep nesting. An alias is the very object of its anchor, so aliases of aliases cost nothing; a
merge (`<<`) copies only keys that the mapping lacks. Dates stay text, and so do numbers, which are
told from other texts by their type: versions and ids look like them.
"""

from __future__ import annotations

from typing import Any

import yaml

from headgate.model.specification import YamlNumber

DEPTH_MAX = 100
ALIASES_MAX = 10_000
MERGED_KEYS_MAX = 100_000

# Wheels of PyYAML come with libyaml; a build without it is slower, not different.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DIGITS = frozenset("0123456789-+.")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}


class YamlError(ValueError):
    """A text that is not YAML, or is refused; `at` is line and column, from 1."""

    def __init__(self, message: str, at: tuple[int, int]) -> None:
        super().__init__(message)
        self.at = at


class YamlText:
    """A parsed text and where each of its values stands."""

    __slots__ = ("_positions", "value")

    def __init__(self, value: object, positions: dict[tuple[int, object], tuple[int, int]]) -> None:
        self.value = value
        self._positions = positions

    def position(self, path: tuple[str | int, ...]) -> tuple[int, int]:
        """Return line and column of the deepest part of a path that exists."""
        value: Any = self.value
        found = (1, 1)
        for step in path:
            place = self._positions.get((id(value), step))
            if place is None:
                break
            found = place
            value = value[step]
        return found


def parse_yaml(text: str) -> YamlText:
    """Read one YAML document. Raises YamlError."""
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise YamlError(error.problem or str(error), place) from error
    except yaml.YAMLError as error:
        # The reader's complaint about a control character knows an offset only.
        before = text[: getattr(error, "position", 0) or 0]
        place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise YamlError(str(error).splitlines()[0], place) from error
    return YamlText(builder.root, builder.positions)


class _Frame:
    """A list or mapping that is being filled."""

    __slots__ = ("anchor", "container", "key", "own")

    def __init__(self, container: list[Any] | dict[str, Any], anchor: str | None) -> None:
        self.container = container
        self.anchor = anchor
        self.key: str | None = None
        self.own: set[str] = set()
        """Keys that the mapping states itself, as opposed to merged ones."""


class _Builder:
    """Turns events into values."""

    def __init__(self) -> None:
        self.root: object = None
        self.positions: dict[tuple[int, object], tuple[int, int]] = {}
        self._stack: list[_Frame] = []
        self._anchors: dict[str, object] = {}
        self._documents = 0
        self._aliases = 0
        self._merged = 0

    def take(self, event: Any) -> None:
        """Add what one event says."""
        at = (event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, at)
        elif isinstance(event, yaml.MappingStartEvent):
            self._open(_Frame({}, event.anchor), at)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._open(_Frame([], event.anchor), at)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            frame = self._stack.pop()
            self._put(frame.container, at, anchor=frame.anchor)
        elif isinstance(event, yaml.AliasEvent):
            self._begin(at)
            self._put(self._aliased(event.anchor, at), at)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise YamlError("a second document begins; one is read", at)

    def _scalar(self, event: Any, at: tuple[int, int]) -> None:
        frame = self._stack[-1] if self._stack else None
        if frame is not None and isinstance(frame.container, dict) and frame.key is None:
            if event.value in frame.own:
                raise YamlError(f"the key {event.value!r} appears twice", at)
            frame.key = event.value
            frame.own.add(event.value)
            self.positions[id(frame.container), event.value] = at
            return
        self._begin(at)
        plain = event.implicit[0] and not event.style
        value = event.value
        if plain:
            if value[:1] in _DIGITS:
                value = YamlNumber(value)
            else:
                value = _WORDS.get(value.lower(), value)
        self._put(value, at, anchor=event.anchor)

    def _open(self, frame: _Frame, at: tuple[int, int]) -> None:
        if len(self._stack) >= DEPTH_MAX:
            raise YamlError(f"nested deeper than {DEPTH_MAX}", at)
        self._begin(at)
        self._stack.append(frame)

    def _begin(self, at: tuple[int, int]) -> None:
        """Note where a value begins that is not a key."""
        if not self._stack:
            return
        frame = self._stack[-1]
        if isinstance(frame.container, list):
            self.positions[id(frame.container), len(frame.container)] = at
        elif frame.key is None:
            raise YamlError("a key is text", at)

    def _put(self, value: Any, at: tuple[int, int], *, anchor: str | None = None) -> None:
        """Give a finished value to what it belongs to."""
        if anchor is not None:
            self._anchors[anchor] = value
        if not self._stack:
            self.root = value
            return
        frame = self._stack[-1]
        if isinstance(frame.container, list):
            frame.container.append(value)
        elif frame.key == "<<":
            self._merge(frame, value, at=at)
            frame.key = None
        elif frame.key is not None:
            frame.container[frame.key] = value
            frame.key = None

    def _aliased(self, anchor: str | None, at: tuple[int, int]) -> object:
        self._aliases += 1
        if self._aliases > ALIASES_MAX:
            raise YamlError(f"more than {ALIASES_MAX} aliases", at)
        # An anchor counts once its value is finished, so nothing ever contains itself.
        if anchor is None or anchor not in self._anchors:
            raise YamlError(f"the alias *{anchor} has no anchor before it", at)
        return self._anchors[anchor]

    def _merge(self, frame: _Frame, value: Any, *, at: tuple[int, int]) -> None:
        container = frame.container
        assert isinstance(container, dict)
        for source in value if isinstance(value, list) else [value]:
            if not isinstance(source, dict):
                raise YamlError("'<<' merges mappings", at)
            self._merged += len(source)
            if self._merged > MERGED_KEYS_MAX:
                raise YamlError(f"more than {MERGED_KEYS_MAX} merged keys", at)
            for key, merged in source.items():
                if key not in container:
                    container[key] = merged
                    self.positions[id(container), key] = self.positions[id(source), key]
