"""Ukrainian."""

from chipbot.text.languages.pack import Language, QuestionCues, SmallTalk, words

LANGUAGE = Language(
    code="uk",
    function_words=words(
        """а або але без би був була були було бути в вам вас весь ви вона вони воно все всі від він де для
        до з за зі й його ким ко кого коли кому куди лише мене ми може мої між на над нас не ним них нього
        ні о об один по при про після себе скільки та так такий також там те тим то того тоді той тут у
        хто це цей ця ці чи чим чого чому що щоб я як яка яке який яким якого які є і із інших їх її"""
    ),
    question_cues=QuestionCues(
        number="скільки",
        date="коли",
        person="хто",
        place="де",
        reason="чому",
    ),
    discourse_markers="і|й|а|та|або|але|також|щодо",
    pronouns=words("він вона воно вони його її їх йому їй ним ній них це цей ця ці цього там"),
    question_words=words("що хто кого кому який яка яке які коли де куди чому як скільки чий"),
    small_talk=SmallTalk(
        greeting="привіт",
        thanks="дякую",
    ),
)
