"""Arabic."""

from chipbot.text.languages.pack import AnswerCues, Language, QuestionCues, SmallTalk, words

LANGUAGE = Language(
    code="ar",
    stemmer="arabic",
    function_words=words(
        """أن أنا أنت أو أي أين إذا إلا إلى إن التي الذي الذين اللتان اللذان الى ان او اي اين بعد بعض بل بين
        تلك تم ثم حتى حول حيث خلال دون ذلك سوف على عليه عليها عن عند عندما غير فقط فوق في فيه فيها قبل قد
        كان كانت كانوا كل كم كما كيف لا لدى لقد لكن لكي لم لما لماذا لن له لها لهم ليس ما ماذا متى مثل مع
        من منذ منه منها نحن هذا هذه هل هم هن هنا هناك هو هي و وفي وقد ولا ومن وهو وهي يتم يكون"""
    ),
    question_cues=QuestionCues(
        number="كم",
        date="متى",
        person="من هو",
        place="أين",
        reason="لماذا",
        within_words=True,
    ),
    answer_cues=AnswerCues(
        anaphora="هذا|هذه|هو|هي",
    ),
    discourse_markers=(
        "و|أو|او|لكن|ولكن|ثم|ماذا عن|وماذا عن|وما|ومن|ومتى|وكم|وأين|واين|وكيف|ولماذا|وهل|وماذا|وفي|وأي"
    ),
    pronouns=words("هو هي هم هما هن ذلك هذا هذه تلك هناك له لها منه منها فيه فيها عنه عنها"),
    question_words=words(
        """ما ماذا من متى أين اين كيف لماذا كم هل أي وما ومن ومتى وأين واين وكيف ولماذا وكم وهل وماذا"""
    ),
    small_talk=SmallTalk(
        greeting="مرحبا|السلام عليكم",
        thanks="شكرا",
    ),
)
