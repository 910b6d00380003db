"""Every error a user can meet: each names the thing that is wrong and the remedy."""

from __future__ import annotations

from chipbot.translation import Message


class ChipbotError(Exception):
    """The base of all errors whose message is written for the operator; the command line prints it and exits
    with `code`.
    """

    code = 1


class SettingsError(ChipbotError):
    """A setting is missing or has a value that is not allowed."""


class SeedsError(ChipbotError):
    """The seeds folder cannot be used at all: missing, not a folder, or without a single readable
    document.
    """


class SourcesError(ChipbotError):
    """What `sources.yaml` says of a folder is wrong, or the folder cannot be imported from there."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


class DocumentError(ChipbotError):
    """One file in the seeds folder cannot be read; the others are indexed all the same."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


class EmptyDocumentError(DocumentError):
    """A file can be read and holds no text: a stub."""


class BuildError(ChipbotError):
    """Building the index was cut short."""


class CanaryError(ChipbotError):
    """A new index would not answer what it must; the one before stays in use."""


class StoredIndexError(ChipbotError):
    """The base of what can be wrong with an index on disk."""


class IndexMissingError(StoredIndexError):
    """No index has been built yet."""


class IndexDamagedError(StoredIndexError):
    """The index on disk is truncated, altered or incomplete."""


class IndexVersionError(StoredIndexError):
    """The index on disk was written in another format version."""


class IndexWriteError(StoredIndexError):
    """The index folder cannot be written."""


class EncoderError(ChipbotError):
    """The sentence encoder's model cannot be read, installed or removed, or is not one that chipbot can run."""


class JournalError(ChipbotError):
    """The journal cannot be opened, read or written now."""


class ProcessesError(ChipbotError):
    """This process cannot share the bot's shards with the others, which are set up otherwise."""


class BackupError(ChipbotError):
    """A backup cannot be made or put back, or is not intact."""


class QuestionsError(ChipbotError):
    """A file of labelled questions cannot be read, or a line of it is not a labelled question."""


class TokenError(ChipbotError):
    """Discord's token is missing, or Discord refused it or the bot's intents.

    Its own exit code tells a service manager not to restart: only the operator can fix it.
    """

    code = 78  # EX_CONFIG of sysexits.h
