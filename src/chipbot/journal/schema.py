"""The journal's tables. What they are made and changed by are the migrations, which a test holds to be the same."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

HEAD = "0003"
"""The newest migration."""

metadata = MetaData()
# SQLite numbers rows by itself only where an Integer is the type.
_SERIAL = BigInteger().with_variant(Integer, "sqlite")
_MEMBER = String(32)  # a keyed hash in hexadecimal
_SNOWFLAKE = BigInteger  # Discord's ids

alembic_version = Table(  # as Alembic makes it
    "alembic_version", metadata, Column("version_num", String(32), primary_key=True)
)

answer = Table(
    "answer",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("kept_at", Float, nullable=False, index=True),
    Column("guild_id", _SNOWFLAKE),
    Column("channel_id", _SNOWFLAKE, nullable=False),
    Column("message_id", _SNOWFLAKE),
    Column("asker", _MEMBER, nullable=False, index=True),
    Column("build", String(64), nullable=False),
    Column("passages", Text, nullable=False),  # JSON: [document, start, end, highlights] each
    Column("outcome", String(32), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("shown", SmallInteger, nullable=False),
    Column("question", Text),
    Column("history", Text, nullable=False),  # JSON: questions
    Column("private", SmallInteger, nullable=False),
)

vote = Table(
    "vote",
    metadata,
    Column("answer_id", String(16), ForeignKey("answer.id", ondelete="CASCADE"), primary_key=True),
    Column("member", _MEMBER, primary_key=True, index=True),
    Column("value", SmallInteger, nullable=False),  # 1 or -1
    Column("reason", Text),
    Column("voted_at", Float, nullable=False),
)

question = Table(
    "question",
    metadata,
    Column("id", _SERIAL, primary_key=True),
    Column("asked_at", Float, nullable=False, index=True),
    Column("guild_id", _SNOWFLAKE, index=True),
    Column("channel_id", _SNOWFLAKE),
    Column("asker", _MEMBER, nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("trigger", String(32), nullable=False),
    Column("outcome", String(32), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("documents", Text, nullable=False),  # JSON: ids
)

tally = Table(
    "tally",
    metadata,
    Column("guild_id", _SNOWFLAKE, primary_key=True),  # 0 for direct messages
    Column("day", String(10), primary_key=True),  # ISO 8601, UTC
    Column("kind", String(16), primary_key=True),  # outcome, vote or document
    Column("name", String(1024), primary_key=True),
    Column("count", Integer, nullable=False),
)

setting = Table(
    "setting",
    metadata,
    Column("guild_id", _SNOWFLAKE, primary_key=True),
    Column("channel_id", _SNOWFLAKE, primary_key=True),  # 0 for the whole server
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),  # JSON
)

setting_change = Table(
    "setting_change",
    metadata,
    Column("id", _SERIAL, primary_key=True),
    Column("changed_at", Float, nullable=False),
    Column("changed_by", _SNOWFLAKE, nullable=False, index=True),
    Column("guild_id", _SNOWFLAKE, nullable=False, index=True),
    Column("channel_id", _SNOWFLAKE, nullable=False),
    Column("name", String(64), nullable=False),
    Column("old", Text),  # JSON; null for the default
    Column("new", Text),
)

gap = Table(
    "gap",
    metadata,
    Column("id", _SERIAL, primary_key=True),
    Column("guild_id", _SNOWFLAKE, nullable=False),
    Column("terms", String(512), nullable=False),
    Column("question", Text, nullable=False),
    Column("cause", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("asked_at", Float, nullable=False),
    Column("channel_id", _SNOWFLAKE),
    Column("message_id", _SNOWFLAKE),
    Column("document_id", String(1024)),
    UniqueConstraint("guild_id", "terms"),
    Index("ix_gap_state", "guild_id", "state", "asked_at"),
)

gap_asker = Table(
    "gap_asker",
    metadata,
    Column("gap_id", _SERIAL, ForeignKey("gap.id", ondelete="CASCADE"), primary_key=True),
    Column("member", _MEMBER, primary_key=True, index=True),
    Column("asked_at", Float, nullable=False),
    Column("channel_id", _SNOWFLAKE, nullable=False),
    Column("message_id", _SNOWFLAKE),
)

opt_out = Table(  # who wants no message of theirs among the documents
    "opt_out", metadata, Column("member", _MEMBER, primary_key=True), Column("since", Float, nullable=False)
)

# What several processes of one bot agree on; the times are of PostgreSQL's clock, in seconds since 1970.

process = Table(
    "process",
    metadata,
    Column("id", _SERIAL, primary_key=True),
    Column("name", String(255), nullable=False),
    Column("bot", _SNOWFLAKE, nullable=False),
    Column("shards", Integer, nullable=False),  # how many there are in all
    Column("key_check", _MEMBER, nullable=False),  # the hash of nobody
    Column("expires_at", Float, nullable=False),
)

shard_lease = Table(
    "shard_lease",
    metadata,
    Column("shard", Integer, primary_key=True, autoincrement=False),
    Column("process_id", _SERIAL, ForeignKey("process.id", ondelete="CASCADE"), nullable=False),
)

identify_turn = Table(
    "identify_turn",
    metadata,
    Column("bucket", Integer, primary_key=True, autoincrement=False),
    Column("at", Float, nullable=False),
)

cooldown = Table(  # when a member may ask again
    "cooldown",
    metadata,
    Column("member", _MEMBER, primary_key=True),
    Column("ready_at", Float, nullable=False),
)
