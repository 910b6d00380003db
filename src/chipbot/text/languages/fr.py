"""French."""

from chipbot.text.languages.pack import AnswerCues, Language, QuestionCues, SmallTalk, phrases, words

LANGUAGE = Language(
    code="fr",
    stemmer="french",
    hyphenates_pronouns=True,
    elides=True,
    abbreviations=words("M Mme Mmes Mlle MM Me St Ste Pr"),
    short_forms=words(
        """lun mar mer jeu ven sam dim janv févr avr juil sept oct nov déc max Max min Min env Env incl
        tél Tél sec hres"""
    ),
    function_words=words(
        """a ai as au aucun aussi autre aux avec avoir c car ce ceci cela celle celles celui ces cet cette
        ceux chaque comme comment d dans de des donc dont du elle elles en encore entre es est et etaient
        etait etant ete etre eu eux fait furent fut il ils j je l la laquelle le lequel les lesquelles
        lesquels leur leurs lors lui m ma mais me meme memes mes moi moins mon n ne ni nos notre nous on
        ont ou par pas pendant peu peut plus pour pourquoi qu quand que quel quelle quelles quels qui quoi
        s sa sans se sera ses si son sont sous sur t ta te tes toi ton tous tout toute toutes tres tu un
        une vers vos votre vous y"""
    ),
    common_words=words(
        """aide aider aimer ainsi aller alors après arrive arriver attendre aurais aurait avait avant avez
        avons beaucoup besoin bien bon bonne chez chose choses commencer compte coup croire demain
        demander depuis dernier dernière devoir dire dit dois doit doivent donne donner déjà enfin
        ensuite entrer envie essayer faire fais faites falloir faudrait faut fois font forcément genre
        gens grand grande gros idée irait jamais jour jusqu jusqua laisser lieu loin longtemps
        maintenant mal manière met mettre mieux moment monde montrer nouveau nouvelle parler part partir
        passe passer pense penser permettre personne petit petite peuvent peux plupart plutôt possible
        pourrait pouvoir premier premiere première prendre problème près puis puisque quelque quelques
        quelquun question regarder rendre reste rester revenir rien risque rêve sais sait savoir sera
        serait seul seule seulement simple soit sorte sujet super surtout sérieux sûr tant tard temps
        tenir toujours trop trouve trouver utiliser va vais vas venir venons veut veux viens vient voilà
        voir voit voudrais vouloir vrai vraiment"""
    ),
    question_cues=QuestionCues(
        step="comment",
        money=r"combien (?:ça )?(?:co[uû]te|co[uû]tent|vaut)|(?:prix|tarif)(?= (?:de|du|des|d[’'])|\W*$)",
        clock="(?:[àa]|jusqu[’']à) quelle heure",
        amount="combien",
        date="quand|(?:à|a) quelle heure|quel(?:le)? (?:année|date|heure|jour|mois)",
        person="qui",
        place="où",
        reason="pourquoi|pk|pq",
        polar=r"est[- ]ce qu(?:e|[’'])|(?<=^\W*)(?:on peut|je peux|peut[- ]on|y a|il y a|on a le droit|"
        r"faut[- ]il|avez[- ]vous)(?=\W)",
        definition=(
            r"c[’']est quoi(?= (?:(?:une?|les?|la) |l[’'])?[\w-]+\W*$)|"
            "qu[’']est[- ]ce (?:que c[’']est|qu[’']une?)|(?:que|ça) (?:signifie|veut dire)"
        ),
    ),
    answer_cues=AnswerCues(
        step="(?:d'abord |ensuite |puis )?[a-zà-ÿ]{2,}(?:ez|[ei]r|re)"
        "(?= (?:à|au|aux|avec|d|dans|de|des|du|en|l|la|le|les|que|sur|un|une|vos|votre)\\b)",
        modal=phrases(
            """pas | jamais | interdit | interdite | autorisé | autorisée | peut | peuvent | doit | doivent | obligatoire |
            seulement |
            uniquement | nulle"""
        ),
        money=phrases("euro | euros | centimes | gratuit | gratuite"),
        until=words("à dès jusqu'à"),
        date=words(
            """janvier février mars avril mai juin juillet août septembre octobre novembre décembre lundi mardi mercredi
            jeudi vendredi samedi dimanche"""
        ),
        unit=phrases(
            "euro | centime | seconde | minute | heure | jour | semaine | mois | an | année | pour cent | degré | litre"
        ),
        reason=phrases("parce que | parce qu | car | puisque | afin de | afin que | à cause | grâce à"),
        definition=phrases(
            "est un | est une | est le | est la | sont des | sont les | s'appelle | signifie | sert de | sert à"
        ),
        polar=r"(?:oui|non|jamais|bien s[uû]r|seulement si)\b",
        anaphora="il|elle|ils|elles|ce|cela|ces|cette",
    ),
    directions=("de|du|depuis", "à|au|aux|vers"),
    fillers=words("bonjour salut merci coucou svp stp mdr"),
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
ip, adresse ip, adresse du serveur, ip du serveur
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
