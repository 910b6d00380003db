"""French."""

from chipbot.text.languages.pack import AnswerCues, Language, QuestionCues, SmallTalk, words

LANGUAGE = Language(
    code="fr",
    stemmer="french",
    hyphenates_pronouns=True,
    elides=True,
    function_words=words(
        """a ai as au aucun aussi autre aux avec avoir c car ce ceci cela celle celles celui ces cet cette
        ceux chaque comme comment d dans de des donc dont du elle elles en encore entre es est et etaient
        etait etant ete etre eu eux fait furent fut il ils j je l la laquelle le lequel les lesquelles
        lesquels leur leurs lors lui m ma mais me meme memes mes moi moins mon n ne ni nos notre nous on
        ont ou par pas pendant peu peut plus pour pourquoi qu quand que quel quelle quelles quels qui quoi
        s sa sans se sera ses si son sont sous sur t ta te tes toi ton tous tout toute toutes tres tu un
        une vers vos votre vous y"""
    ),
    question_cues=QuestionCues(
        amount="combien",
        date="quand",
        person="qui",
        place="où",
        reason="pourquoi",
    ),
    answer_cues=AnswerCues(
        anaphora="il|elle|ils|elles|ce|cela|ces|cette",
    ),
    fillers=words("bonjour salut merci"),
    discourse_markers="et|ou|mais|alors|puis|aussi|qu'en est-il d[eu]|et pour",
    pronouns=words(
        """il elle ils elles lui leur leurs son sa ses cela ça ca ceci celui celle ceux celles y là même"""
    ),
    non_anaphoric=(
        r"\best-ce qu",
        r"\by a-t-il\b",
        r"\bil y a\b",
        r"\bil faut\b",
    ),
    question_words=words(
        """que qu quoi qui quel quelle quels quelles quand où comment pourquoi combien est-ce"""
    ),
    synonyms="""
ip, adresse ip, adresse du serveur
modo, modérateur
admin, administrateur
dc, discord
mac, macos
config, configuration
doc, docs, documentation
repo, dépôt
pc, ordinateur
mdp, mot de passe
info, information
appli, app, application
ram, mémoire
dossier, répertoire
bdd, base de données
mp, dm, message privé, message direct
portable, téléphone
photo, image
vélo, bicyclette
prix, tarif, coût
supprimer, effacer, enlever
max, maximum
min, minimum
fichier => yml, yaml, json, toml, properties, cfg, conf, ini
""",
    small_talk=SmallTalk(
        greeting="bonjour|bonsoir|salut|coucou",
        thanks="merci(?: beaucoup)?",
        about="aide|que sais-tu(?: faire)?|qui es-tu|que peux-tu faire",
    ),
)
