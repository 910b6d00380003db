"""The handbook of a club that does not exist: what the first hour and the site's demo ask about."""

HANDBOOK = {
    "rules.md": """# Rules of the Lantern Club

## Be kind
No insults, no harassment. The first time is a warning, the second a mute for 24 hours, the third a ban.

## How do I appeal a ban?
Write to appeals@lantern.example within 14 days. Two moderators who were not involved decide.
""",
    "faq.md": """# FAQ

**How do I join the Minecraft server?**
Add play.lantern.example in Multiplayer, and type /register in the lobby.

**Can I bring my own mods?**
Client-side mods are fine, except minimaps that show other players.
""",
    "events.csv": """event,day,time,where
Build night,Friday,8 pm,creative world
Book circle,Tuesday,7:30 pm,voice channel Reading Room
Film evening,last Sunday of the month,9 pm,stage
""",
    "getting-started.html": """<!doctype html><title>Getting started</title><main><h1>Getting started</h1>
<ol><li>Read the rules.</li><li>Pick your roles in #roles.</li><li>Say hello in #introductions.</li></ol>
<p>New members can post links after three days.</p></main>
""",
    "donations.txt": """Donations

The club costs 38 euros a month, all of it for the server. Donations go through Open Collective. What is left over at the
end of a year is given to the local library.
""",
    "staff.rst": """Staff
=====

Mira owns the server. Jonas and Ade moderate; Ade is there at night, European time.

Becoming a moderator
--------------------

Applications open every March. You need to have been a member for six months.
""",
}
ASKED = {
    "how do i join the minecraft server??": "play.lantern.example",
    "where can I appeal my ban": "appeals@lantern.example",
    "what happens the second time I insult someone": "mute for 24 hours",
    "when is the book circle": "7:30 pm",
    "who owns the server": "Mira",
    "can new members post links": "after three days",
    "how much does the club cost per month": "38 euros",
    "are minimap mods allowed": "except minimaps",
    "Who won the 2022 World Cup?": None,
    "what is the wifi password": None,
}
"""Ten questions, and what the answer has to show; None where it has to be refused."""
