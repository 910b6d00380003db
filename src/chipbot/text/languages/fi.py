"""Finnish."""

from chipbot.text.languages.pack import Language, QuestionCues, SmallTalk, words

LANGUAGE = Language(
    code="fi",
    stemmer="finnish",
    letters=frozenset("äö"),
    function_words=words(
        """ei eivät en ennen entä että he heidän heille hän hänen häntä itse ja jo joissa joita joka jolla
        jonka jos jossa jotka kaikki kanssa keitä ketkä ketä koska kuin kuinka kuka kun kuten me meidän
        mihin miksi mikä millainen milloin minkä minua minun minä missä mistä miten mitkä mitä mukaan
        mutta myös ne niiden niin niitä noin nyt ole olen oli olivat olla on ovat se sen siellä siihen
        siinä siitä sillä sinä sitten sitä tai te teidän tämä tämän tässä tätä vaan vai vaikka vain voi"""
    ),
    linking_elements=("", "n"),
    question_cues=QuestionCues(
        number=r"montako|kuinka (?:mon\w+|paljon)",
        date="milloin",
        person="kuka|kenen",
        place="missä",
        reason="miksi",
    ),
    discourse_markers="ja|tai|mutta|entä|entäs",
    pronouns=words("se sen sitä sillä siellä siihen hän hänen ne niiden niitä tämä tämän tuo"),
    question_words=words("mikä mitä kuka ketkä milloin missä mihin miksi miten kuinka onko"),
    small_talk=SmallTalk(
        greeting="hei",
        thanks="kiitos",
    ),
)
