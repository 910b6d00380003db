"""What Discord refuses in what is sent: each rule from its documentation, at its limit and past it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.wire import limits
from tests.wire.limits import command_problems, errors, message_problems, modal_problems
from tests.wire.objects import COMPONENTS_V2, Object


def button(**other: Any) -> Object:
    return {"type": 2, "style": 1, "label": "a", "custom_id": "a"} | other


def row(*components: Object) -> Object:
    return {"components": [{"type": 1, "components": list(components)}]}


def layout(*components: Object) -> Object:
    return {"components": list(components), "flags": COMPONENTS_V2}


def text(length: int) -> Object:
    return {"type": 10, "content": "a" * length}


def select(options: int, **other: Any) -> Object:
    made = [{"label": str(number), "value": str(number)} for number in range(options)]
    return {"type": 3, "custom_id": "a", "options": made} | other


@pytest.mark.parametrize(
    ("within", "beyond", "path"),
    [
        ({"content": "a" * 2000}, {"content": "a" * 2001}, ("content",)),
        ({"embeds": [{}] * 10}, {"embeds": [{}] * 11}, ("embeds",)),
        ({"embeds": [{"title": "a" * 256}]}, {"embeds": [{"title": "a" * 257}]}, ("embeds", 0, "title")),
        (
            {"embeds": [{"description": "a" * 4096}]},
            {"embeds": [{"description": "a" * 4097}]},
            ("embeds", 0, "description"),
        ),
        (
            {"embeds": [{"description": "a" * 3000}] * 2},
            {"embeds": [{"description": "a" * 3001}] * 2},
            ("embeds",),
        ),
        (
            {"embeds": [{"fields": [{"name": "a", "value": "b"}] * 25}]},
            {"embeds": [{"fields": [{"name": "a", "value": "b"}] * 26}]},
            ("embeds", 0, "fields"),
        ),
        (
            row(button(custom_id="a" * 100)),
            row(button(custom_id="a" * 101)),
            ("components", 0, "components", 0, "custom_id"),
        ),
        (
            row(button(label="a" * 80)),
            row(button(label="a" * 81)),
            ("components", 0, "components", 0, "label"),
        ),
        (
            row(button(style=5, url="h" * 512)),
            row(button(style=5, url="h" * 513)),
            ("components", 0, "components", 0, "url"),
        ),
        (row(button()), row(button(custom_id=None)), ("components", 0, "components", 0, "custom_id")),
        (
            row(button(label="", emoji={"name": "💡"})),
            row(button(label="")),
            ("components", 0, "components", 0, "label"),
        ),
        (
            row(button(), button(custom_id="b")),
            row(button(), button()),
            ("components", 0, "components", 1, "custom_id"),
        ),
        (
            row(*(button(custom_id=str(number)) for number in range(5))),
            row(*(button(custom_id=str(number)) for number in range(6))),
            ("components", 0, "components"),
        ),
        (row(select(25)), row(select(26)), ("components", 0, "components", 0, "options")),
        (
            row(select(1, placeholder="a" * 150)),
            row(select(1, placeholder="a" * 151)),
            ("components", 0, "components", 0, "placeholder"),
        ),
        (layout(text(4000)), layout(text(2000), text(2001)), ("components",)),
        (layout(*[text(1)] * 40), layout(*[text(1)] * 41), ("components",)),
        (
            layout({"type": 17, "components": [text(1)] * 39}),
            layout({"type": 17, "components": [text(1)] * 40}),
            ("components",),
        ),
        (layout(text(1)), {"components": [text(1)]}, ("components", 0, "type")),
        (layout(text(1)), layout(text(1)) | {"content": "a"}, ("content",)),
        (
            layout({"type": 9, "components": [text(1)], "accessory": button()}),
            layout({"type": 9, "components": [text(1)]}),
            ("components", 0, "accessory"),
        ),
    ],
)
def test_a_message_at_a_limit_is_sent_and_past_it_is_not(
    within: Object, beyond: Object, path: tuple[str | int, ...]
) -> None:
    assert message_problems(within) == []
    assert path in {one.path for one in message_problems(beyond)}


def test_a_message_with_a_layout_never_gets_content_again() -> None:
    assert message_problems({"content": "a"}, COMPONENTS_V2)


def test_forms_and_commands_have_limits_too() -> None:
    label = {"type": 18, "label": "a" * 45, "component": {"type": 4, "custom_id": "a"}}
    form = {"title": "a" * 45, "custom_id": "a" * 100, "components": [label]}
    assert modal_problems(form) == []
    for beyond in (
        form | {"title": "a" * 46},
        form | {"components": [label] * 6},
        form | {"components": [label | {"label": "a" * 46}]},
        form | {"components": [label | {"component": {"type": 4, "custom_id": "a" * 101}}]},
    ):
        assert modal_problems(beyond)
    command = {"name": "ask", "description": "a" * 100, "options": []}
    assert command_problems([command]) == []
    for wrong in (
        {"name": "a" * 33},
        {"name": "a b"},
        {"description": "a" * 101},
        {"options": [command] * 26},
        {"options": [command | {"options": [command] * 25}] * 4},
        {"name_localizations": {"th": "ก ก"}},
        {"description_localizations": {"ja": "あ" * 101}},
    ):
        assert command_problems([command | wrong])


def test_of_a_command_the_longest_of_its_languages_counts() -> None:
    option: Object = {"name": "day", "description": "When", "choices": [{"name": "now", "value": "today"}]}
    option["description_localizations"] = {"fi": "Milloin", "ja": "いつ"}
    command: Object = {
        "name": "ask",
        "description": "Ask",
        "name_localizations": {"hi": "पूछें"},
        "options": [option],
    }
    assert limits.command_size(command) == len("पूछें") + len("Ask") + len("day") + len("Milloin") + len(
        "nowtoday"
    )
    assert command_problems([command]) == []
    assert limits.choices_problems([{"name": "a", "value": "a"}] * 26)


def test_errors_are_a_tree() -> None:
    assert errors(message_problems(row(button(label="a" * 81)))) == {
        "components": {
            "0": {
                "components": {
                    "0": {
                        "label": {
                            "_errors": [
                                {"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 80 or fewer in length."}
                            ]
                        }
                    }
                }
            }
        }
    }
