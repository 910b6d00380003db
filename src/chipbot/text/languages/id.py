"""Indonesian."""

from chipbot.text.languages.pack import Language, QuestionCues, words

LANGUAGE = Language(
    code="id",
    stemmer="indonesian",
    function_words=words(
        """ada adalah agar akan antara apa apakah atas atau bagaimana bagi bahwa banyak berapa bisa bukan
        dalam dan dapat dari dengan di dia hanya harus ia ini itu jika juga kami kapan karena ke kepada
        ketika kita lain lebih maka mana masih mengapa menjadi mereka oleh pada para pernah saat saja
        sampai sangat satu saya sebagai sebuah secara sehingga sejak seperti serta siapa sudah tanpa telah
        tentang terhadap tersebut tetapi tidak untuk yaitu yang"""
    ),
    question_cues=QuestionCues(
        number="berapa",
        date="kapan",
        person="siapa",
        place="di ?mana",
        reason="mengapa|kenapa",
    ),
    discourse_markers="dan|atau|tapi|tetapi|lalu|terus|kalau|bagaimana dengan",
    pronouns=words("dia ia mereka itu sana situ"),
    anaphoric=r"\b\p{L}{3,}nya\b",  # a noun that ends with whose it is
    question_words=words("apa siapa mana kapan mengapa kenapa bagaimana berapa"),
)
