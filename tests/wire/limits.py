"""What Discord checks in what a bot sends, and how it says what is wrong.

The numbers are those of the pages Message, Component Reference, Receiving and Responding, and Application
Commands of Discord's documentation; lengths are counted in code points.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.wire.objects import COMPONENTS_V2, Object

ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
SELECTS = frozenset((3, 5, 6, 7, 8))
SECTION, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER, LABEL = 9, 10, 11, 12, 13, 14, 17, 18
V2 = frozenset((SECTION, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER))
LINK, PREMIUM = 5, 6
MAX_COMPONENTS, MAX_TEXT, MAX_EMBEDS_TEXT, MAX_COMMAND = 40, 4000, 6000, 8000
_COMMAND = re.compile(r"[-_'\w\u0900-\u097F\u0E00-\u0E7F]{1,32}")  # as \p{sc=Deva} and \p{sc=Thai}


class Problem(NamedTuple):
    """One thing that Discord refuses."""

    path: tuple[str | int, ...]
    """Where it stands."""
    code: str
    message: str


LENGTHS: dict[str, dict[str, tuple[int, int]]] = {
    "message": {"content": (0, 2000)},
    "embed": {"title": (0, 256), "description": (0, 4096)},
    "field": {"name": (1, 256), "value": (1, 1024)},
    "footer": {"text": (1, 2048)},
    "author": {"name": (1, 256)},
    "button": {"label": (0, 80), "custom_id": (1, 100), "url": (1, 512)},
    "select": {"custom_id": (1, 100), "placeholder": (0, 150)},
    "option": {"label": (1, 100), "value": (1, 100), "description": (0, 100)},
    "text": {"content": (1, MAX_TEXT)},
    "modal": {"title": (1, 45), "custom_id": (1, 100)},
    "label": {"label": (1, 45), "description": (0, 100)},
    "input": {"custom_id": (1, 100), "label": (0, 45), "placeholder": (0, 100), "value": (0, 4000)},
    "choice": {"name": (1, 100), "value": (1, 100)},
    "command": {"name": (1, 32), "description": (1, 100)},
    "thread": {"name": (1, 100)},
}
"""For each kind of object the least and the greatest length of its texts."""


def lengths(kind: str, value: Object, path: tuple[str | int, ...] = ()) -> Iterator[Problem]:
    """Yield the texts of an object that are too short or too long."""
    for name, (least, most) in LENGTHS[kind].items():
        text = value.get(name)
        if not isinstance(text, str) or least <= len(text) <= most:
            continue
        if least:
            yield Problem(
                (*path, name), "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length."
            )
        else:
            yield Problem((*path, name), "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")


def message_problems(value: Object, flags: int = 0) -> list[Problem]:
    """What is wrong with a message that is sent or edited; `flags` are those that it has already."""
    found = list(lengths("message", value))
    embeds = value.get("embeds") or []
    if len(embeds) > 10:
        found.append(_sized(("embeds",), 10))
    for number, one in enumerate(embeds):
        found += _embed_problems(one, ("embeds", number))
    if sum(map(_embed_size, embeds)) > MAX_EMBEDS_TEXT:
        found.append(
            Problem(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
        )
    layout = bool((int(value.get("flags") or 0) | flags) & COMPONENTS_V2)
    if layout:
        found += [
            Problem(
                (name,),
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
            )
            for name in ("content", "embeds", "poll", "sticker_ids")
            if value.get(name)
        ]
    return found + _components_problems(value.get("components") or [], layout=layout)


def is_empty(value: Object) -> bool:
    """Whether a message has nothing to show."""
    return not any(value.get(name) for name in ("content", "embeds", "components", "attachments", "poll"))


def modal_problems(value: Object) -> list[Problem]:
    """What is wrong with a modal."""
    found = list(lengths("modal", value))
    rows = value.get("components") or []
    if not 1 <= len(rows) <= 5:
        found.append(Problem(("components",), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length."))
    for path, one in _walk(rows, ("components",)):
        if one["type"] == LABEL:
            found += lengths("label", one, path)
        elif one["type"] == TEXT_INPUT:
            found += lengths("input", one, path)
        elif one["type"] in SELECTS:
            found += _select_problems(one, path)
    return found


def command_problems(commands: list[Object]) -> list[Problem]:
    """What is wrong with commands that are registered."""
    found: list[Problem] = []
    for number, one in enumerate(commands):
        found += lengths("command", one, (number,))
        found += _name_problems(one, (number,), any_text=one.get("type", 1) != 1)
        found += _option_problems(one, (number,))
        if command_size(one) > MAX_COMMAND:
            message = f"Application command size exceeds maximum size of {MAX_COMMAND}"
            found.append(Problem((number,), "APPLICATION_COMMAND_TOO_LARGE", message))
    return found


def command_size(one: Object) -> int:
    """How much of a command counts: of each text the longest of what it is in any language."""
    texts = [
        [one.get(kind) or "", *(one.get(f"{kind}_localizations") or {}).values()]
        for kind in ("name", "description")
    ]
    inner = [*(one.get("options") or []), *(one.get("choices") or [])]
    value = len(one["value"]) if isinstance(one.get("value"), str) else 0
    return value + sum(max(map(len, each)) for each in texts) + sum(map(command_size, inner))


def _option_problems(one: Object, path: tuple[str | int, ...]) -> Iterator[Problem]:
    """What is wrong with the options of a command, and with those of its sub-commands."""
    options = one.get("options") or []
    if len(options) > 25:
        yield _sized((*path, "options"), 25)
    for place, option in enumerate(options):
        yield from lengths("command", option, (*path, "options", place))
        yield from _name_problems(option, (*path, "options", place))
        yield from _option_problems(option, (*path, "options", place))


def _name_problems(one: Object, path: tuple[str | int, ...], *, any_text: bool = False) -> Iterator[Problem]:
    """What is wrong with the name of a command or option, and with what it is called in other languages."""
    named = one.get("name_localizations") or {}
    for place, name in [
        (("name",), one["name"]),
        *((("name_localizations", each), named[each]) for each in named),
    ]:
        if not any_text and (not _COMMAND.fullmatch(name) or name != name.lower()):
            yield Problem((*path, *place), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    for kind in ("name", "description"):
        for locale, text in (one.get(f"{kind}_localizations") or {}).items():
            yield from lengths("command", {kind: text}, (*path, locale))


def choices_problems(choices: list[Object]) -> list[Problem]:
    """What is wrong with the choices of an autocompletion."""
    found = [_sized(("choices",), 25)] if len(choices) > 25 else []
    return found + [
        each for number, one in enumerate(choices) for each in lengths("choice", one, ("choices", number))
    ]


def errors(problems: list[Problem]) -> Object:
    """Discord's tree of what is wrong with a form body."""
    tree: Object = {}
    for one in problems:
        place = tree
        for key in one.path:
            place = place.setdefault(str(key), {})
        place.setdefault("_errors", []).append({"code": one.code, "message": one.message})
    return tree


def _sized(path: tuple[str | int, ...], most: int) -> Problem:
    return Problem(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")


def _embed_problems(one: Object, path: tuple[str | int, ...]) -> Iterator[Problem]:
    yield from lengths("embed", one, path)
    for name in ("footer", "author"):
        yield from lengths(name, one.get(name) or {}, (*path, name))
    fields = one.get("fields") or []
    if len(fields) > 25:
        yield _sized((*path, "fields"), 25)
    for number, each in enumerate(fields):
        yield from lengths("field", each, (*path, "fields", number))


def _embed_size(one: Object) -> int:
    texts = [one.get("title"), one.get("description"), (one.get("footer") or {}).get("text")]
    texts += [(one.get("author") or {}).get("name")]
    texts += [text for each in one.get("fields") or [] for text in (each.get("name"), each.get("value"))]
    return sum(len(text or "") for text in texts)


def _components_problems(components: list[Object], *, layout: bool) -> list[Problem]:
    found: list[Problem] = []
    walked = list(_walk(components, ("components",)))
    if not layout and len(components) > 5:
        found.append(_sized(("components",), 5))
    if len(walked) > MAX_COMPONENTS:
        message = f"The total number of components cannot exceed {MAX_COMPONENTS}"
        found.append(Problem(("components",), "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", message))
    if sum(len(one.get("content") or "") for _, one in walked if one["type"] == TEXT_DISPLAY) > MAX_TEXT:
        message = f"The total text size of components cannot exceed {MAX_TEXT}"
        found.append(Problem(("components",), "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message))
    seen: set[str] = set()
    for path, one in walked:
        found += _component_problems(one, path, layout=layout)
        custom_id = one.get("custom_id")
        if custom_id is not None and custom_id in seen:
            message = "Component custom id cannot be duplicated"
            found.append(Problem((*path, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", message))
        seen.add(custom_id or "")
    return found


def _component_problems(one: Object, path: tuple[str | int, ...], *, layout: bool) -> list[Problem]:
    kind = one["type"]
    if kind in V2 and not layout:
        message = 'Value of field "type" must be one of (1,).'
        return [Problem((*path, "type"), "UNION_TYPE_CHOICES", message)]
    if kind == BUTTON:
        return _button_problems(one, path)
    if kind in SELECTS:
        return _select_problems(one, path)
    if kind == TEXT_DISPLAY:
        return list(lengths("text", one, path))
    sizes = {ROW: ("components", 1, 5), SECTION: ("components", 1, 3), GALLERY: ("items", 1, 10)}
    name, least, most = sizes.get(kind, ("components", 0, MAX_COMPONENTS))
    if not least <= len(one.get(name) or []) <= most:
        message = f"Must be between {least} and {most} in length."
        return [Problem((*path, name), "BASE_TYPE_BAD_LENGTH", message)]
    if kind == SECTION and one.get("accessory") is None:
        return [Problem((*path, "accessory"), "BASE_TYPE_REQUIRED", "This field is required")]
    return []


def _button_problems(one: Object, path: tuple[str | int, ...]) -> list[Problem]:
    found = list(lengths("button", one, path))
    wanted = {LINK: "url", PREMIUM: "sku_id"}.get(one.get("style", 1), "custom_id")
    if not one.get(wanted):
        found.append(Problem((*path, wanted), "BASE_TYPE_REQUIRED", "This field is required"))
    if one.get("style") != PREMIUM and not one.get("label") and not one.get("emoji"):
        message = "A label or emoji is required"
        found.append(Problem((*path, "label"), "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", message))
    return found


def _select_problems(one: Object, path: tuple[str | int, ...]) -> list[Problem]:
    found = list(lengths("select", one, path))
    options = one.get("options") or []
    if one["type"] == STRING_SELECT and not 1 <= len(options) <= 25:
        message = "Must be between 1 and 25 in length."
        found.append(Problem((*path, "options"), "BASE_TYPE_BAD_LENGTH", message))
    values = [each.get("value") for each in options]
    if len(set(values)) < len(values):
        message = "The specified option value is already used"
        found.append(Problem((*path, "options"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message))
    return found + [
        each
        for number, option in enumerate(options)
        for each in lengths("option", option, (*path, "options", number))
    ]


def _walk(
    components: list[Any], path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], Object]]:
    """Yield each component with where it stands, those inside of others included."""
    for number, one in enumerate(components):
        place = (*path, number)
        yield place, one
        yield from _walk(one.get("components") or [], (*place, "components"))
        for name in ("accessory", "component"):
            if one.get(name):
                yield (*place, name), one[name]
