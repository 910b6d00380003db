"""What the bot, the web pages and the command line share; it knows no front end."""
