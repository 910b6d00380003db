"""German."""

from chipbot.text.languages.pack import AnswerCues, Language, QuestionCues, SmallTalk, words

LANGUAGE = Language(
    code="de",
    stemmer="german",
    function_words=words(
        """ab aber alle allem allen aller alles als also am an ander andere anderen auch auf aus bei beim bin
        bis bist da damit dann das dass dazu dein deine dem den denen denn der deren des dessen die dies
        diese diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines einige
        er es etwas euch euer fur gegen gibt habe haben hat hatte hatten her hier hin hinter ich ihm ihn
        ihnen ihr ihre ihrem ihren ihrer im in ins ist ja jede jedem jeden jeder jedes jetzt kann kein
        keine konnen konnte man manche mehr mein meine mich mir mit muss mussen nach nicht nichts noch nun
        nur ob oder ohne sehr sein seine seinem seinen seiner seit sich sie sind so solche soll sollte
        sondern sonst uber um und uns unser unter viel viele vom von vor wahrend wann war waren warum was
        wegen weil welche welchem welchen welcher welches wem wen wenn wer werde werden wie wieder wieviel
        wir wird wo woher wohin wurde wurden zu zum zur zwar zwischen"""
    ),
    linking_elements=("", "s", "es", "n", "en", "er", "e"),
    question_cues=QuestionCues(
        number="wie ?viele?",
        date="wann",
        person="we[rmn]",
        place="wo",
        reason="warum",
    ),
    answer_cues=AnswerCues(
        anaphora=r"er|sie|es|dies\w*",
    ),
    fillers=words("hallo danke bitte"),
    discourse_markers="und|oder|aber|dann|auch|was ist mit|wie steht es mit|wie sieht es mit",
    pronouns=words(
        """er sie es ihn ihm ihr ihre ihren ihrer ihres ihrem sein seine seinen seiner seines seinem dies
        dieser diese dieses diesen diesem dort da davon dazu damit dafür darin darauf daran dabei daraus
        darüber denen deren dessen"""
    ),
    non_anaphoric=(
        r"\bgibt es\b",
        r"\bes gibt\b",
        r"\bist es (?:wahr|möglich|erlaubt)\b",
    ),
    question_words=words(
        """was wer wen wem wessen welche welcher welches welchen welchem wann wo wohin woher warum wieso wie
        ist sind war waren hat"""
    ),
    synonyms="""
ip, ip-adresse, serveradresse
mod, moderator
admin, administrator
dc, discord
mac, macos
config, konfig, konfiguration
doku, docs, dokumentation
repo, repository
pc, computer, rechner
pw, passwort, kennwort
info, information
app, anwendung, programm
ram, arbeitsspeicher, speicher
ordner, verzeichnis
db, datenbank
dm, pn, direktnachricht, private nachricht
handy, smartphone, mobiltelefon
foto, bild
rad, fahrrad
preis, kosten
löschen, entfernen
max, maximal
min, mindestens
einstellung, konfiguration
anmelden, einloggen
datei => yml, yaml, json, toml, properties, cfg, conf, ini
""",
    small_talk=SmallTalk(
        greeting="hallo|moin|servus|gr[uü](?:ß|ss) (?:gott|dich|euch)|guten (?:morgen|tag|abend)",
        thanks="danke(?: sch[oö]n| sehr)?|vielen dank",
        about="hilfe|was kannst du|was wei(?:ß|ss)t du|wer bist du",
    ),
)
