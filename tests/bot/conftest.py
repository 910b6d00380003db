"""The bot on a simulated Discord."""
