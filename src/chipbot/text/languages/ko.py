"""Korean."""

from chipbot.text.languages.pack import Language, QuestionCues, SmallTalk, words

LANGUAGE = Language(
    code="ko",
    attaches_particles=True,
    particles="에서는|에서도|에서만|으로는|으로도|에게서|까지는|부터는|에는|에도|에만|에서|에게|한테|으로|까지|부터|처럼|보다|마다|"
    "이나|은|는|이|가|을|를|에|로|의|도|와|과|만",
    asking="알려 ?주세요|알려 ?줘요?|(?:할|될) ?수 ?있(?:나요|어요|습니까)|가능한가요|가능합니까|가능해요|언제까지|언제부터|언제|"
    "어떻게|어디에서|어디서|어디에|어디|무엇인가요|무엇입니까|뭔가요|뭐예요|인가요|되나요|됩니까|돼요|하나요|합니까|있나요|있어요|"
    "있습니까",
    question_cues=QuestionCues(
        number="몇|얼마",
        date="언제|몇 ?[년월일시]",
        person="누가|누구",
        place="어디",
        reason=r"(?<!\w)왜",
        other="무엇",
        within_words=True,
    ),
    discourse_markers="그럼|그러면|그리고|그런데|근데|또",
    pronouns=words("그것 그건 그게 그것은 그는 그녀는 그들은 거기 그곳 그곳은 이것"),
    question_words=words("무엇 뭐 누구 누가 언제 어디 왜 어떻게 얼마 몇"),
    synonyms="""
관리자, 어드민, 운영자
디코, 디스코드
맥, macOS
설정, 컨피그
문서, 도큐먼트
컴퓨터, 컴, PC
비밀번호, 비번, 패스워드
앱, 어플, 애플리케이션
메모리, 램
핸드폰, 휴대폰, 스마트폰
서버, 섭
계정, 아이디
가격, 요금, 비용
차이, 다른점
정보, 인포
""",
    small_talk=SmallTalk(
        greeting="안녕(?:하세요)?",
        thanks="감사합니다|고마워요?",
    ),
)
