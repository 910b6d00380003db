"""A question → an answer with quotes, or a no-answer with its reason: `pipeline` is the line that it goes
along.
"""
