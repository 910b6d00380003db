"""English."""

from chipbot.text.languages.pack import (
    AnswerCues,
    Language,
    QuestionCues,
    SmallTalk,
    endings,
    pairs,
    phrases,
    words,
)

LANGUAGE = Language(
    code="en",
    stemmer="english",
    short_forms=words(
        """Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec
        max Max min Min approx Approx est Est Apt Ste Fig pts sec secs mins hr hrs incl excl resp ext
        Ext"""
    ),
    function_words=words(
        """a about above after again against aint all also am an and any anyone anything are arent as at be
        because been before being below between both but by can cannot cant could couldnt did didnt do
        does doesnt doing done dont down during each either else ever every few for from further get
        gets got had hadnt has hasnt have havent having he her here hers herself hes him himself his how
        i if im in into is isnt it its itself ive just less lets like many may me might more most much
        must my myself no nor not of off on once only or other our ours out over own s same shall she
        shes should shouldnt so some such t than that thats the their theirs them themselves then there
        theres these they theyre theyve this those though through to too under until up upon us very was
        wasnt we were werent weve what whats when whens where wheres whether which while who whom whos
        whose why will with within wont would wouldnt you your youre yours yourself youve"""
    ),
    common_words=words(
        """able accept accord account achieve act action actual actually add address affect affects afraid
        age agree allow along amongst amount announce announced another answer anything anyways anywhere
        appear apply approve approved area argue around arrive aside ask attempt available away back bad
        base basic became become began begin behind believe best better big bit black body book both
        break bring brought build built bunch business buy call called came care carry case center
        certain change charge choose chose claim class clear close collect come common compare complete
        concern consider consist contain contains continue contribute control country couple course
        cover crazy create current currently cut damage date day deal decide decided define degree
        depend describe described design despite detail develop different difficult direct discover
        discuss display do does doing done drop due early easy either employ enact end enough ensure
        enter entire especially establish event ever everything everywhere exact exactly example exist
        expect experience explain express extend face fact fail fall famous far fast father feature feel
        felt field figure final finally find finish first fit focus follow following force form former
        found free frequent front full gain gave general generally give given go goes going gone gonna
        good great group grow guess half hand happen happened happening hard hate head hear heard held
        help high hold home hope hopefully hour house huge idea identify immediate impact important
        improve include including increase indicate individual inside instead intend interest introduce
        involve item join keep kept kind kinds knew know known lack land large largest last late lately
        later lead learn least leave led left less let letter level lie life light likely limit line
        list literally little live local locate long longer look lose lost lot love low made main
        maintain major make making man manage mark matter maybe mean meaning meant measure meet member
        mention mentioned method middle mind minor mix modern money month more most mostly move name
        named near need needed nervous never new next nice night none normal note nothing notice now
        nowadays number object occur offer office often old open operate opinion order original
        originally other own page paid part particular pass past pay people percent perform perhaps
        period person pick piece place plan play point popular position possible ppl present prevent
        previous primary probable problem process produce product proposed prove provide public put
        quality quick quite raise range rate rather reach read ready real really reason receive recent
        recognize record reduce refer regard relate related remain remove replace report represent
        require respond responsible rest return rise rule run said same save saw say saying scared
        second see seem seen sell send sense sent separate serious serve service set several share short
        show shown side sign significant similar simple since single site situation size small so sold
        some something sometimes somewhere soon sort speak special specific spend stand start state
        stated stay step still stop strong structure study stuff stupid subject success such suggest
        suit support suppose sure system take taken talk talking tell ten term test thing things think
        third thought time title today together told took top total toward try turn two type types
        typically understand unit use used using usual usually value various view visit wait want wanted
        way week weird well went whole wide win wish within without word work world worse worst would
        write written wrong year yes yet young"""
    ),
    numbers=pairs(
        """two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12 thirteen=13
        fourteen=14 fifteen=15 sixteen=16 seventeen=17 eighteen=18 nineteen=19 twenty=20 thirty=30
        forty=40 fifty=50 sixty=60 seventy=70 eighty=80 ninety=90 fourth=4th fifth=5th sixth=6th
        seventh=7th eighth=8th ninth=9th tenth=10th eleventh=11th twelfth=12th first=1st second=2nd
        third=3rd"""
    ),
    derivations=endings(
        """y=ication =ation e=ation e=ition er=ration ain=anation ide=ision it=ission =ment o=an a=an a=ian y=ian =ian =n =ese
        y=iness =ness t=ce ate=ation =al e=al =er e=er"""
    ),
    question_cues=QuestionCues(
        step="how (?:can|could|do|does|should|to|would)(?= \\w)|(?:command|commands) (?:for|to)",
        money=(
            r"how much (?:money|for)|how much (?=.{0,60}\b(?:cost|pay|paid|charge)|(?:is|are) (?:the |an? )?\w+\W*$)|"
            r"what (?:do|does|did|would|will)(?= .{0,60}\bcost)|(?:price|cost|fee)s?(?=\W*$)"
        ),
        clock="what time",
        amount=(
            "worth|how (?:much(?: money)?|old|long|far|large|big|tall|high|deep|fast|wide)|"
            "what(?:'s|s| is| was)? (?:the )?(?:percent(?:age)?|amount|age|size|price|cost)|"
            "what (?:share|fraction|proportion)"
        ),
        number="how (?:many|often)|what(?:'s|s| is| was)? (?:the )?(?:number|population)",
        date="when|(?:what|which) (?:year|date|day|month|time|century|decade)s?",
        person="who(?:m|se|s)?",
        place=(
            "where|"
            "(?:what|which) (?:countr(?:y|ies)|cit(?:y|ies)|(?:state|place|region|continent|town|river)s?)"
        ),
        reason="why|how come|what (?:is|was|were|are) the reasons? (?:of|for|behind)",
        definition=(
            r"(?<=^\W*)what(?:'s|’s|s| is| are)\s(?=(?:an?\s|the\s)?[\w-]+\W*$)|meaning of|"
            r"defin(?:e|ition of)|(?:what )?(?:is|do|does) (?:an? |the )?\w+(?: \w+)? mean(?:t by)?|"
            r"wtf is (?:an? |the )?"
        ),
        polar=(
            r"(?<=(?:^|[,.?!;] ?)(?:(?:hi|hey|hello|and|so|but|ok|u|pls|just|also) )?)(?:is|are|am|was|do|does|did|can|could|may|"
            r"might|will|would|should|shall|has|have|must)(?= \w)"
        ),
        other="what (?:kind|type|sort|form)s? of|what (?:is|was|are|were) the names?",
    ),
    answer_cues=AnswerCues(
        step=(
            "(?:(?:first|just|next|please|simply|then|to \\w+(?: [\\w'-]+){0,6})[, ]+)?"
            "(?:add|ask|build|call|change|check|choose|click|close|contact|copy|create|delete|disable|download|edit|email|enable|"
            "enter|export|fill|find|follow|get|give|go|hold|import|install|join|keep|leave|log|make|move|open|pick|place|post|"
            "press|put|remove|rename|replace|restart|run|save|select|send|set|sign|start|stop|switch|take|tap|tell|turn|type|"
            "unplug|update|upload|use|visit|wait|write|you (?:can|could|have to|may|must|need|should))"
        ),
        modal=phrases(
            """not | don't | doesn't | didn't | can't | cannot | isn't | aren't | won't | never | nobody | no one | can | may |
            must | should | have to | has to | need to | allowed | forbidden | permitted | prohibited | banned | supported |
            required | possible | impossible | only"""
        ),
        number=words(
            """one ones two twos three threes four fours five fives six sixes seven sevens eight eights
            nine nines ten tens eleven elevens twelve twelves dozen dozens hundred hundreds thousand
            thousands million millions billion billions third thirds quarter quarters half twice"""
        ),
        date=words(
            """January February March April May June July August September October November December Monday
            Tuesday Wednesday Thursday Friday Saturday Sunday today yesterday century centuries decade
            decades spring summer autumn winter"""
        ),
        unit=phrases(
            """percent | per cent | thousand | million | billion | trillion | dollar | euro | pound | km |
            kg | cm | mm | mi | mile | metre | meter | feet | ft | second | minute | hour | day | week |
            month | year | degree"""
        ),
        money=phrases(
            """dollar | dollars | euro | euros | pound | pounds | cent | cents | pence | quid | free | for free | no charge |
            costs nothing"""
        ),
        until=words("from until till by at before after"),
        preposition=words(
            "in at near from to of on around across outside inside behind beside beneath below above opposite under"
        ),
        title=words("Mr Mrs Ms Dr Prof President King Queen Sir Saint Pope Emperor"),
        reason=phrases(
            """because | due to | since | so that | in order to | as a result | therefore | thus | cause |
            caused | causes | causing | led to | reason | reasons | aim | aims | purpose | response to |
            resulted | intended | designed to | to reduce | to avoid | to prevent | to protect | to
            support | to increase | to improve | to ensure | to fortify"""
        ),
        definition=phrases(
            """is a | is an | is the | is any | is one | are a | are an | are the | are any | are one | was
            a | was an | was the | was any | was one | were a | were an | were the | were any | were one
            | refer to | refers to | defined as | known as | called | means | consist of | consists of |
            stands for"""
        ),
        polar=r"(?:yes|yep|yeah|no|nope|never|not (?:yet|really|at all)|only (?:if|for|on|with|by)|of course|sure)\b",
        anaphora=(
            "this|these|that|those|it|its|they|their|them|he|his|him|she|her|such|both|another|"
            "the (?:aim|goal|latter|former|same)"
        ),
    ),
    directions=("from", "to|into"),
    fillers=words(
        """hey hi hello hiya yo pls plz please lol lmao haha btw tbh idk thx thanks thank tell know explain
        wondering wonder anybody somebody someone guys folks bot chipbot question help quick sorry ok
        okay so well um uh u ur r wanna gonna gotta need want
        cheers kinda sorta rn omg wtf imo ngl ty dude bro mate mates i'd i’d"""
    ),
    discourse_markers=(
        "and|or|but|so|also|then|ok|okay|plus|what about|how about|what else|same for|and what about|"
        "and how about"
    ),
    pronouns=words(
        """it its it's that this they them their theirs those these he him his he's she her hers she's
        there one ones else same former latter"""
    ),
    non_anaphoric=(
        # a conjunction, or the beginning of a relative clause
        (
            r"that\b(?<!(?:^\W*|\b(?:is|was|are|were|did|does|do|about|for|of|in|on|to|like|after|"
            r"before|with|by|from|than|at|and)\s+)that)"
        ),
        r"\bthat (?:the|an?|all|my|our|your|we|you|i)\b",
        r"one\b(?<!\b(?:that|this|which|another|other)\s+one)",
        # said before in the question
        r"\b(?:as|when|if|because|that|while|which|so)(?<=\w\s+\w+\s+\w+) (?:it|they|s?he)\b",
        (
            r"\b(?:is|was|isn't) (?:it|that) (?:true|possible|correct|right|allowed|ok|okay)\b|"
            r"\bdoes it (?:matter|cost)\b"
        ),
        r"\b(?:is|are|was|were) there\b|\bhow (?:is|does) it (?:come|work) (?:that|when)\b",
    ),
    question_words=words(
        """what what's who who's whom whose which when when's where where's why how is are was were do does
        did can could will would should has have had may might must"""
    ),
    synonyms="""
ip, ip address, server address, server ip
ip => address
mod, moderator
admin, administrator
dc, discord
mc, minecraft
mac, macos, os x, macbook
config, configuration
config file, configuration file, config yml, config yaml, config json, config toml
file => yml, yaml, json, toml, properties, cfg, conf, ini
settings, preferences
ppl, people
doc, docs, documentation
repo, repository
pc, computer
pw, pwd, password
info, information
app, application
ram, memory
cpu, processor
gpu, graphics card
dir, directory, folder
db, database
dm, direct message, private message, pm
pr, pull request
vc, voice channel, voice chat
msg, message
perm, perms, permission, permissions
cmd, command
env, environment
var, vars, variable
param, parameter
arg, argument
func, function
pic, picture, photo, image
vid, video
acc, account
auth, authentication
login, sign in, log in
signup, sign up, register, registration
max, maximum
min => minimum
temp, temporary
approx, approximately
dev, developer
ver, version
wifi, wi-fi, wireless
url, link, web address
tos, terms of service
personal data, personal information
faq, frequently asked questions
yt, youtube
gh, github
js, javascript
ts, typescript
py, python
k8s, kubernetes
postgres, postgresql
bday, birthday
price, cost
fee => price, cost
opening hours, opening times
tv, television
""",
    small_talk=SmallTalk(
        greeting=(
            "hi|hii+|hello|hey+|heya|hiya|howdy|yo|sup|greetings|good (?:morning|afternoon|evening|day)|"
            "morning|evening|how are you(?: doing)?|how's it going|what's up|wassup"
        ),
        thanks="thanks?|thank you|thank u|thx|tnx|ty|tysm|cheers|much appreciated|appreciate it",
        about=(
            "help|help me|who are you|what are you|what is this|what do you do|what can you do|"
            "what can (?:i|you) ask(?: you)?|what can you (?:help (?:me )?with|answer|tell me)|"
            "what do you know(?: about)?|what (?:documents|docs|files) do you (?:have|know)|"
            "what (?:documents|docs) are there|how do you work|how does this work|how do i use (?:you|this)|"
            "what topics do you (?:know|cover)"
        ),
        filler=(
            "there|all|everyone|everybody|bot|chipbot|again|friend|mate|man|folks|guys|buddy|dude|so|very|"
            "much|you|a lot|lots|for the (?:help|answer)|for your help|for that|that helped|that's great|"
            "great|perfect|nice|cool|awesome|ok|okay|oh|ah|well|please"
        ),
    ),
)
