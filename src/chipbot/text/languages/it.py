"""Italian."""

from chipbot.text.languages.pack import Language, QuestionCues, SmallTalk, words

LANGUAGE = Language(
    code="it",
    stemmer="italian",
    elides=True,
    function_words=words(
        """a abbia ad agli ai al alla alle allo anche ancora avere aveva c che chi ci cio come con contro
        cosa cui d da dagli dai dal dalla dalle dallo degli dei del dell della delle dello di dopo dove e
        ed egli era erano essa esse essere esso fra fu furono gli ha hai hanno ho i il in io l la le lei
        li lo loro lui ma mi mia mio molto ne negli nei nel nella nelle nello noi non nostra nostro o ogni
        per perche piu poi prima qual quale quali quando quanta quante quanti quanto quella quelle quelli
        quello questa queste questi questo qui quindi se sei si sia siamo siete sono sopra sotto su sua
        sue sugli sui sul sulla sulle suo suoi tra tu tua tuo tutti tutto un una uno vi voi"""
    ),
    question_cues=QuestionCues(
        number="quant[oiae]s?",
        date="quando",
        person="chi",
        place="dove",
        reason="perché",
    ),
    directions=("da|dal|dalla", "a|al|alla|verso"),
    fillers=words("ciao"),
    discourse_markers="e|ed|o|ma|allora|poi|anche|che ne è d[ei]",
    pronouns=words(
        """lui lei loro esso essa essi esse egli ella suo sua suoi sue questo questa questi queste quello
        quella quelli quelle lì là ci ne stesso stessa"""
    ),
    question_words=words("che cosa chi quale quali quando dove come perché quanto quanta quanti quante è"),
    synonyms="""
ip, indirizzo ip, indirizzo del server, ip del server
mod, moderatore
admin, amministratore
dc, discord
mac, macos
config, configurazione
doc, documentazione
pc, computer
info, informazione
app, applicazione
ram, memoria
cartella, directory
db, database
dm, messaggio privato, messaggio diretto
cellulare, telefono
foto, immagine
bici, bicicletta
prezzo, costo
eliminare, cancellare, rimuovere
""",
    small_talk=SmallTalk(
        greeting="ciao|buongiorno|buonasera|salve",
        thanks="grazie(?: mille)?",
        about="aiuto|cosa sai(?: fare)?|chi sei",
    ),
)
