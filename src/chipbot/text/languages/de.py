"""German."""

from chipbot.text.languages.pack import AnswerCues, Language, QuestionCues, SmallTalk, phrases, words

LANGUAGE = Language(
    code="de",
    stemmer="german",
    abbreviations=words(
        """Fa Hr Hrn Fr Frl inkl Inkl exkl zzgl Zzgl abzgl bzgl Bzgl evtl Evtl ggf Ggf vgl Vgl gem lt"""
    ),
    short_forms=words(
        """Mo Di Mi Do Fr Sa So Jan Feb Mär Apr Jun Jul Aug Sep Sept Okt Nov Dez max Max min Min Std Sek
        Stk tgl Tel tel"""
    ),
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
    common_words=words(
        """alles anders anfangen arbeiten bald bedeutet beispiel bekomme bekommen bekommt benutzen besser
        besten bisschen bleiben bleibt brauche brauchen braucht bringen darf darfst dauern dauert denken
        dürfen echt eigentlich einfach einmal ende endlich erst ersten fast finde finden findet frage
        fragen ganz geben gehen geht gehört genau genug gerade gern gerne gibts glaube gleich grad groß
        große gut gute guten halt heißt hilft holen immer irgendwas irgendwie irgendwo jemand kennt
        klappt klein komme kommen kommt kriege kriegen kriegt könnte könnten lange lassen leider lieb
        liebe lieber liebsten mache machen macht mal manchmal meint meist möchte möchten mögen müsste
        nehmen nennt neu neue nie niemand nutzen nächste nötig oft paar passiert raus rein richtig sache
        sachen sagen sagt schnell schon schön sehen sicher sieht sitzen sollen sowas spät stehen steht
        stimmt suchen total trotzdem tun tut unbedingt unterschied versuchen vielleicht vorbei
        vorbeikommen vorher warten weg weiter weiß wenig weshalb wieso will willst wirklich wissen wohl
        wollen wollte würd würde würden zeigen zuerst zurück zusammen überall überhaupt"""
    ),
    linking_elements=("", "s", "es", "n", "en", "er", "e"),
    question_cues=QuestionCues(
        step=r"wie(?= (?:\w+ ){0,2}(?:ich|man|wir)\b)|wie(?= \w+ (?:das|der|die|den)\b)",
        money=r"(?:was|wie ?viel) kostet\w*|wie teuer|preis(?=\W*$)",
        clock="um wie ?viel uhr|wie ?viel uhr|ab wie ?viel uhr",
        amount=r"wie (?:alt|breit|dick|groß|gross|hoch|lange?|schnell|schwer|teuer|tief|weit)",
        number="wie ?viele?",
        date="wann|um wie ?viel uhr|welche[mnrs]? (?:datum|jahr|monat|tag|uhrzeit|wochentag)",
        person="we[rmn]",
        place="wo|wohin",
        reason="warum|weshalb|wieso",
        polar=r"(?<=(?:^|[,.?!;] ?)(?:(?:hi|hey|und) )?)(?:kann|können|darf|dürfen|gibts?|ist|sind|habt|hat|muss|müssen|"
        r"macht|geht|"
        r"verkauft|braucht)(?= \w)",
        definition=r"was (?:ist|sind|isn|bedeutet|heißt)(?= (?:denn )?(?:(?:eine?|der|die|das) )?[\w-]+\W*$)",
    ),
    answer_cues=AnswerCues(
        step=(
            "(?:bitte |dann |zuerst )?(?:drück|dreh|frag|füll|geh|gib|klick|leg|lies|mach|meld|nimm|öffne|schick|schließ|schreib|"
            "setz|stell|tipp|trag|wähl|wart|zieh)\\w*"
        ),
        modal=phrases(
            """nicht | kein | keine | keinen | darf | dürfen | muss | müssen | kann | können | verboten | untersagt | erlaubt |
            möglich | nur | nie"""
        ),
        money=phrases("Euro | Cent | Franken | kostenlos | umsonst | gratis"),
        until=words("ab bis um von"),
        date=words(
            """Januar Februar März April Mai Juni Juli August September Oktober November Dezember Montag Dienstag
            Mittwoch Donnerstag Freitag Samstag Sonntag Uhr täglich wöchentlich monatlich jährlich"""
        ),
        unit=phrases(
            "Euro | Cent | Franken | Sekunde | Minute | Stunde | Tag | Woche | Monat | Jahr | Prozent | Grad | Liter"
        ),
        reason=phrases("weil | damit | wegen | deshalb | daher | sonst | um zu"),
        definition=phrases(
            "ist ein | ist eine | ist der | ist die | ist das | sind die | heißt | bedeutet | nennt man"
        ),
        polar=r"(?:ja|nein|nee|nie|nur (?:wenn|für|mit)|klar|leider n)\b",
        anaphora=r"er|sie|es|dies\w*",
    ),
    directions=("von|vom|aus", "zu|zum|zur|nach|auf|in"),
    fillers=words("hallo danke bitte moin servus leute hä lg vg"),
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
ip, ip-adresse, serveradresse, server-ip
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
