"""Each guard that SECURITY.md names, and a line that holds it (taken_out.py takes them out)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
_ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)


class Row(NamedTuple):
    """A row of the threat model."""

    who: str
    tries: str
    tests: tuple[str, ...]
    """The files of the tests that hold it."""


@dataclass(frozen=True, slots=True)
class Guard:
    """A line that holds somebody off, and what it would be without that."""

    tries: str
    """What the row says that they may try, or how that begins."""
    path: str
    line: str
    without: str


GUARDS = (
    Guard(
        "pings",
        "src/chipbot/bot/client.py",
        "allowed_mentions=discord.AllowedMentions.none(),",
        "allowed_mentions=discord.AllowedMentions.all(),",
    ),
    Guard(
        "pings",
        "src/chipbot/bot/markdown_escape.py",
        r'_ALWAYS = frozenset("\\*_~|`<>[]@")',
        "_ALWAYS = frozenset()",
    ),
    Guard(
        "pings",
        "src/chipbot/bot/markdown_escape.py",
        '_EVERYONE = re.compile(r"@(?=everyone|here)", re.IGNORECASE)',
        '_EVERYONE = re.compile(r"@(?=nobody)", re.IGNORECASE)',
    ),
    Guard(
        "questions that take minutes",
        "src/chipbot/service/questions.py",
        "    if len(text) <= limit:",
        "    if len(text) <= 100 * limit:",
    ),
    Guard(
        "questions that take minutes",
        "src/chipbot/service/question_service.py",
        "        if self.pending <= MAX_PENDING:",
        "        if self.pending >= 0:",
    ),
    Guard(
        "questions that take minutes",
        "src/chipbot/service/question_service.py",
        "        self.cooldown.start(origin.user_id, seconds)\n        if self._shared",
        "        if self._shared",
    ),
    Guard(
        "buttons and forms",
        "src/chipbot/bot/removal.py",
        "    return asked or (interaction.guild is not None and interaction.permissions.manage_messages)",
        "    return True",
    ),
    Guard(
        "buttons and forms",
        "src/chipbot/bot/controls.py",
        "        or not interaction.client.interactions.add(interaction.id, None)",
        "        or False",
    ),
    Guard(
        "what another server's documents say",
        "src/chipbot/service/question_service.py",
        "        if not self.is_searched(passage.document_id, origin):\n            return None\n        span",
        "        span",
    ),
    Guard(
        "what another server's documents say",
        "src/chipbot/service/scopes.py",
        "            return collections != NOTHING and guild_id in (None, server)",
        "            return collections != NOTHING",
    ),
    Guard(
        "what another server's documents say",
        "src/chipbot/service/scopes.py",
        "        return collections is None or (collection_of(document_id) or TOP) in collections",
        "        return True",
    ),
    Guard(
        "commands that are not for them",
        "src/chipbot/bot/managers.py",
        "    if not interaction.permissions.manage_guild:",
        "    if False:",
    ),
    Guard(
        "commands that are not for them",
        "src/chipbot/bot/managers.py",
        "    command.add_check(check_manages)\n",
        "",
    ),
    Guard(
        "more than their own server",
        "src/chipbot/bot/invite.py",
        "    view_channel=True, send_messages=True,",
        "    view_channel=True, manage_roles=True, send_messages=True,",
    ),
    Guard(
        "more than their own server",
        "src/chipbot/bot/commands.py",
        "        force = force and may_read_all(interaction)",
        "        force = force or may_read_all(interaction)",
    ),
    Guard(
        "more than their own server",
        "src/chipbot/bot/team.py",
        "isinstance(channel, discord.TextChannel) and channel.guild.id == guild_id",
        "isinstance(channel, discord.TextChannel)",
    ),
    Guard(
        "a file that ends the build",
        "src/chipbot/sources/barrier.py",
        "    except BaseException as error:",
        "    except LookupError as error:",
    ),
    Guard(
        "archives, pictures and entities",
        "src/chipbot/sources/formats/archive.py",
        "                if self._left < 0:",
        "                if False:",
    ),
    Guard(
        "archives, pictures and entities",
        "src/chipbot/sources/formats/xml_tree.py",
        "    parser.EntityDeclHandler = builder.entity\n",
        "",
    ),
    Guard(
        "terminal escapes",
        "src/chipbot/text/printable.py",
        'c if c.isprintable() or c in "\\n\\t" or ord(c) > 0x9F else "\\ufffd"',
        "c",
    ),
    Guard(
        "links and pipes",
        "src/chipbot/sources/seeds_folder.py",
        "    if not target.is_relative_to(root):",
        "    if False:",
    ),
    Guard(
        "links and pipes",
        "src/chipbot/ops/backup/writer.py",
        "regular = path.resolve(strict=True).is_relative_to(seeds) and path.is_file()",
        "regular = True",
    ),
    Guard(
        "services of this machine or network",
        "src/chipbot/sources/http_client.py",
        "        if not private and not _is_public(address):",
        "        if False:",
    ),
    Guard(
        "services of this machine or network",
        "src/chipbot/sources/http_client.py",
        "            if Origin.of(url) != self._origin:",
        "            if False:",
    ),
    Guard(
        "services of this machine or network",
        "src/chipbot/sources/http_client.py",
        "socket.create_connection((self._at, self.port), self.timeout)",
        "socket.create_connection((self.host, self.port), self.timeout)",
    ),
    Guard(
        "programs, filters, links and names",
        "src/chipbot/sources/git_repository.py",
        "        if mode in _FILE_MODES:",
        "        if True:",
    ),
    Guard(
        "programs, filters, links and names",
        "src/chipbot/sources/fetched.py",
        'part and not part.startswith(".") and part[-1]',
        "part and part[-1]",
    ),
    Guard(
        "a token, a setting, a path or a bomb",
        "src/chipbot/ops/backup/reader.py",
        "    if foreign:",
        "    if False:",
    ),
    Guard(
        "a token, a setting, a path or a bomb",
        "src/chipbot/ops/backup/reader.py",
        "        if not value.isprintable():",
        "        if False:",
    ),
    Guard(
        "a token, a setting, a path or a bomb",
        "src/chipbot/ops/backup/reader.py",
        "and not _stays_inside(name):",
        "and False:",
    ),
    Guard(
        "a token, a setting, a path or a bomb",
        "src/chipbot/ops/backup/__init__.py",
        "    problem = foreign(journal)",
        "    problem = None",
    ),
    Guard(
        "a token, a setting, a path or a bomb",
        "src/chipbot/sources/git_command.py",
        "    if path.resolve() in (each.resolve() for each in own) or (secret and secret in token):",
        "    if False:",
    ),
    Guard(
        "reading the token, changing the index",
        "src/chipbot/journal/engine.py",
        "os.open(file, os.O_RDWR | os.O_CREAT, 0o600)",
        "os.open(file, os.O_RDWR | os.O_CREAT, 0o644)",
    ),
    Guard(
        "reading the token, changing the index",
        "src/chipbot/index/seal.py",
        "    return xxhash.xxh3_64_intdigest(_BETWEEN.join(parts))",
        "    return 0",
    ),
    Guard(
        "the token, the password, the members' key",
        "src/chipbot/ops/logs.py",
        "            text = text.replace(secret, _HIDDEN)",
        "            pass",
    ),
    Guard(
        "the token, the password, the members' key",
        "src/chipbot/ops/logs.py",
        '        return as_called(_INTERACTION.sub(rf"\\1{_HIDDEN}", text))',
        "        return as_called(text)",
    ),
    Guard(
        "a page of theirs, resets",
        "src/chipbot/bot/rest_guard.py",
        "    if isinstance(answer, str) and answer:",
        "    if False:",
    ),
    Guard(
        "a page of theirs, resets",
        "src/chipbot/bot/messages.py",
        "    if request is not None and client.answered.add(message.id, answered):",
        "    if request is not None and (client.answered.add(message.id, answered) or True):",
    ),
    Guard(
        "the password, by guessing",
        "src/chipbot/web/gate.py",
        "        if wait:",
        "        if False:",
    ),
    Guard(
        "the password, by guessing",
        "src/chipbot/web/password.py",
        "        if len(kept) < SHORTEST:",
        "        if False:",
    ),
    Guard(
        "keeping the operator out",
        "src/chipbot/web/gate.py",
        'self._limit.seconds(client_address(request)) or self._limit_of_all.seconds("")',
        'self._limit_of_all.seconds("") or self._limit.seconds(client_address(request))',
    ),
    Guard(
        "connections that are slow",
        "src/chipbot/web/__init__.py",
        "        connections.limit(runner.server)",
        "        pass",
    ),
    Guard(
        "connections that are slow",
        "src/chipbot/web/forms.py",
        "        if len(data) > limit:",
        "        if False:",
    ),
    Guard(
        "headers of theirs",
        "src/chipbot/web/guard.py",
        "        if self._names and host_name(request.host) not in self._names:",
        "        if False:",
    ),
    Guard(
        "changing documents by the operator's browser",
        "src/chipbot/web/gate.py",
        '            samesite="Strict",\n            secure=self._is_https(request),\n        )\n\n    def log_out',
        '            samesite="Lax",\n            secure=self._is_https(request),\n        )\n\n    def log_out',
    ),
    Guard(
        "changing documents by the operator's browser",
        "src/chipbot/web/sessions.py",
        '        return hmac.compare_digest(self.form_token.encode(), form_token.encode("utf-8", "replace"))',
        "        return True",
    ),
    Guard(
        "changing documents by the operator's browser",
        "src/chipbot/web/guard.py",
        '        if request.method == "POST" and request.headers',
        "        if False and request.headers",
    ),
    Guard(
        "scripts on the operator's pages",
        "src/chipbot/web/rendering.py",
        "            autoescape=True,",
        "            autoescape=False,",
    ),
    Guard(
        "scripts on the operator's pages",
        "src/chipbot/web/guard.py",
        "default-src 'none'; style-src 'self';",
        "default-src 'self'; style-src 'self';",
    ),
    Guard(
        "the token",
        "src/chipbot/settings/addresses.py",
        "    if url != DISCORD and not anywhere and not _is_loopback",
        "    if False and not _is_loopback",
    ),
    Guard(
        "reading or changing documents from a server",
        "src/chipbot/bot/documents.py",
        "    if not client.questions.grants.names_any:",
        "    if False:",
    ),
    Guard(
        "reading or changing documents from a server",
        "src/chipbot/service/scopes.py",
        "        return next(named, NOTHING)",
        "        return next(named, None)",
    ),
    Guard(
        "code of theirs in the bot",
        ".github/workflows/tests.yml",
        "permissions:\n  contents: read\n",
        "permissions:\n  contents: write\n",
    ),
    Guard("code of theirs in the bot", "requirements.lock", "    --hash=sha256:", "    # "),
)


def rows() -> list[Row]:
    """The rows of the threat model that tests hold."""
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8").partition("## Who might attack")[2]
    found = [
        Row(who, tries, tuple(re.findall(r"`(tests/[^`]+)`", held)))
        for who, tries, held in _ROW.findall(text)
    ]
    return [row for row in found if row.tests]


def row_of(guard: Guard) -> Row:
    """Return the row of a guard; raises ValueError where there is none, or several."""
    found = [row for row in rows() if row.tries.startswith(guard.tries)]
    (row,) = [row for row in found if row.tries == guard.tries] or found
    return row


def without(guard: Guard, text: str) -> str:
    """Return a file without a guard; raises ValueError where that is not in it."""
    if guard.line not in text:
        raise ValueError(f"{guard.path} has no {guard.line!r}")
    return text.replace(guard.line, guard.without)
