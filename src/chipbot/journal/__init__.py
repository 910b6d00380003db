"""What the bot remembers: answers, votes, questions, gaps, settings of servers. The only importer of SQLAlchemy and Alembic.

`journal.Journal` is the way in; `records` has the values and `place` says where they are kept, without a database.
"""
