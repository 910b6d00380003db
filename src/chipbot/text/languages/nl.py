"""Dutch."""

from chipbot.text.languages.pack import Language, QuestionCues, SmallTalk, words

LANGUAGE = Language(
    code="nl",
    stemmer="dutch",
    function_words=words(
        """aan al alle alles als altijd andere ben bij daar dan dat de der deze die dit doch doen door dus
        een eens en er ge geen geweest haar had heb hebben heeft hem het hier hij hoe hoeveel hun iemand
        iets ik in is ja je kan kon kunnen maar me meer men met mij mijn moet na naar niet niets nog nu of
        om omdat ons ook op over reeds te tegen toch toen tot u uit uw van veel voor waar waarom wanneer
        want waren was wat we welk welke werd wezen wie wil worden wordt zal ze zei zelf zich zij zijn zo
        zonder zou"""
    ),
    linking_elements=("", "s", "en", "e"),
    question_cues=QuestionCues(
        number="hoeveel",
        date="wanneer",
        place="waar",
        reason="waarom",
    ),
    directions=("van|vanaf|uit", "naar"),
    fillers=words("hallo"),
    discourse_markers="en|of|maar|dan|ook|hoe zit het met|en wat met",
    pronouns=words("hij zij ze hem haar hun dat dit deze die daar er daarvan ermee ervan"),
    non_anaphoric=(
        r"\bis er\b",
        r"\bzijn er\b",
    ),
    question_words=words("wat wie welke welk wanneer waar waarom hoe hoeveel is zijn was waren"),
    synonyms="""
ip, ip-adres, serveradres, server-ip
mod, moderator
admin, beheerder
dc, discord
mac, macos
config, configuratie
docs, documentatie
pc, computer
ww, wachtwoord
info, informatie
app, applicatie, toepassing
ram, geheugen
map, folder
db, database
dm, privébericht
mobiel, telefoon
foto, afbeelding
fiets, rijwiel
prijs, kosten
verwijderen, wissen
""",
    small_talk=SmallTalk(
        greeting="hallo|hoi|goedemorgen",
        thanks="dank (?:je|u)(?: wel)?|bedankt",
    ),
)
