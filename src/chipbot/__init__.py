"""A self-hosted Discord bot that answers members' questions with verbatim quotes from the operator's own
documents.
"""

__version__ = "0.1.0"
