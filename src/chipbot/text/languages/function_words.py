"""Words that carry grammar rather than subject matter, by language: they are neither indexed nor searched
for.
"""

from __future__ import annotations

FUNCTION_WORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": """a about above after again against all also am an and any anyone anything are as at be because been before being
            below between both but by can cannot could did do does doing done dont doesnt didnt isnt arent wasnt cant wont
            couldnt wouldnt shouldnt werent hasnt havent hadnt aint im youre youve theyre theyve weve hes shes
            down during each either else ever every few for from further get gets got had has have having he her here hers
            herself him himself his how i if im in into is it its itself ive just less lets like many may me might more most much
            must my myself no nor not of off on once only or other our ours out over own s same shall she should so some
            such t than that thats the their theirs them themselves then there theres these they this those though through
            to too under until up upon us very was we were what whats when whens where wheres whether which while who whom
            whos whose why will with within would you your yours yourself""",
        "es": """a al algo algun alguna algunas alguno algunos ante antes aquel aquella aquellas aquello aquellos aqui asi aun
            aunque bajo cada como con contra cual cuales cuan cuando cuanta cuantas cuanto cuantos de del desde donde
            durante e el ella ellas ello ellos en entre era eran es esa esas ese eso esos esta estaba estaban estamos estan
            estar estas este esto estos estoy fue fueron ha habia habian han hasta hay he la las le les lo los mas me mi mis
            mismo mucho muchos muy nada ni no nos nosotros nuestra nuestro o os otra otras otro otros para pero poco por
            porque pues que quien quienes se sea ser si sido sin sobre solo son su sus suyo tal tambien tan tanto te tiene
            tienen toda todas todo todos tu tus un una unas uno unos usted ustedes y ya yo""",
        "pt": """a ao aos aquela aquelas aquele aqueles aquilo as ate com como da das de dela delas dele deles depois do dos e
            ela elas ele eles em entre era eram essa essas esse esses esta estao estas estava estavam este estes estou eu
            foi foram ha isso isto ja lhe lhes mais mas me mesmo meu meus minha minhas muito muitos na nas nao nem no nos
            nossa nosso num numa o onde os ou para pela pelas pelo pelos por porque pode podem qual quais quando quanta
            quantas quanto quantos que quem sao se seja sem ser seu seus so sobre sua suas tambem te tem tinha toda todas
            todo todos tu um uma umas uns voce voces""",
        "fr": """a ai as au aucun aussi autre aux avec avoir car ce ceci cela celle celles celui ces cet cette ceux chaque comme
            comment c d dans de des donc dont du elle elles en encore entre es est et etaient etait etant ete etre eu eux
            fait furent fut il ils j je l la laquelle le lequel les lesquelles lesquels leur leurs lors lui m ma mais me
            meme memes mes moi moins mon n ne ni nos notre nous on ont ou par pas pendant peu peut plus pour pourquoi qu
            quand que quel quelle quelles quels qui quoi s sa sans se sera ses si son sont sous sur t ta te tes toi ton tous
            tout toute toutes tres tu un une vers vos votre vous y""",
        "de": """ab aber alle allem allen aller alles als also am an ander andere anderen auch auf aus bei beim bin bis bist da
            damit dann das dass dazu dein deine dem den denen denn der deren des dessen die dies diese diesem diesen dieser
            dieses dir doch dort du durch ein eine einem einen einer eines einige er es etwas euch euer fur gegen gibt habe
            haben hat hatte hatten her hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ins ist ja jede
            jedem jeden jeder jedes jetzt kann kein keine konnen konnte man manche mehr mein meine mich mir mit muss mussen
            nach nicht nichts noch nun nur ob oder ohne sehr sein seine seinem seinen seiner seit sich sie sind so solche
            soll sollte sondern sonst uber um und uns unser unter viel viele vom von vor wahrend wann war waren warum was
            wegen weil welche welchem welchen welcher welches wem wen wenn wer werde werden wie wieder wieviel wird wir wo
            woher wohin wurde wurden zu zum zur zwar zwischen""",
        "it": """a abbia ad agli ai al alla alle allo anche ancora avere aveva c che chi ci cio come con contro cosa cui d da
            dagli dai dal dalla dalle dallo degli dei del dell della delle dello di dopo dove e ed egli era erano essa esse
            essere esso fra fu furono gli ha hai hanno ho i il in io l la le lei li lo loro lui ma mi mia mio molto ne negli
            nei nel nella nelle nello noi non nostra nostro o ogni per perche piu poi prima qual quale quali quando quanta
            quante quanti quanto quella quelle quelli quello questa queste questi questo qui quindi se sei si sia siamo
            siete sono sopra sotto su sua sue sugli sui sul sulla sulle suo suoi tra tu tua tuo tutti tutto un una uno vi
            voi""",
        "nl": """aan al alle alles als altijd andere ben bij daar dan dat de der deze die dit doch doen door dus een eens en er
            ge geen geweest haar had heb hebben heeft hem het hier hij hoe hoeveel hun iemand iets ik in is ja je kan kon
            kunnen maar me meer men met mij mijn moet na naar niet niets nog nu of om omdat ons ook op over reeds te tegen
            toch toen tot u uit uw van veel voor waar waarom wanneer want waren was wat we welk welke werd wezen wie wil
            worden wordt zal ze zei zelf zich zij zijn zo zonder zou""",
        "ro": """a acea aceasta aceea acei aceia acel acela acele acest acesta aceste acestea acestei acestor acestui ai al ale
            alt altceva alte altul am ar are as asa asta atat au avea avem aveti avut ca cand care caruia carora cat cata
            cate cati ce cea cei cel cele celor ceva chiar ci cine cineva cu cui cum da daca dar dat de deci decat deoarece
            despre din dintre doar dupa ea ei el ele era erau este eu fara fi fie fiecare fiind fost foarte iar ii il in
            inainte intr intre isi la le lor lui ma mai mult multa multe multi ne nici nimic noi nostru nu numai o ori pana
            pe pentru peste prin printre sa sau se si spre sub sunt te tot toata toate toti tu un una unde unei unele unii
            unor unora unui va voi vor""",
        "ru": """а без более бы был была были было быть в вам вас весь во вот все всего всех вы где да даже для до его ее если
            есть еще же за здесь и из или им их к как какая какие каким каких какого какое какой какую ко когда кого кому
            который которая которое которые которых которого кто куда ли либо между меня мне много может мы на над надо нас
            не него нее нет ни них но ну о об один однако он она они оно от очень по под после потом потому почему при про
            раз с сам свое своей свои своих себя сколько со так также такие такой там те тем то того тоже той только том тот
            ту ты у уже хотя чего чей чем через что чтобы чье чья эта эти этих это этого этой этом этот эту я является""",
        "uk": """а або але без би був була були було бути в вам вас весь ви від він вона воно вони все всі де для до є за з зі
            його її їх і із й інших як яка яке який які яким якого коли кого кому куди ким ко лише мене ми між може мої на
            над нас не нього ні ним них о об один після по при про себе скільки та так також такий там те тим то тоді того
            той тут у хто це цей ця ці чи чим чого чому що щоб я""",
        "el": """αν αντι απο αυτα αυτες αυτη αυτο αυτοι αυτος αυτους αυτων αυτου αυτης για γιατι δε δεν εαν ειμαι ειναι εισαι
            ειχαν ειχε εκεινα εκεινη εκεινο εκεινοι εκεινος ενα ενας εναν ενος εχει εχουν ζ η ηταν θα και κατα κατι κι με
            μεσα μετα μεταξυ μη μια μιας μου μπορει μπορουν να ο οι ομως οποια οποιο οποιοι οποιος οποτε οπου οπως ορισμενα
            οσα οσο οσοι οταν οτι ποια ποιας ποιαν ποιες ποιο ποιοι ποιον ποιος ποιου ποιους ποιων πολλα πολλες πολυ ποσα
            ποσες ποση ποσο ποσοι ποσος ποσους ποτε που προς πως σας σε στα στη στην στης στις στο στον στου στους στων συ
            τα τη την της τι τις το τοις τον τοτε του τους των ωστε""",
        "tr": """acaba ama ancak artık aslında az bana bazı belki ben beni benim bir biri birkaç birçok biz bize bizi bizim bu
            buna bunlar bunu bunun burada çok çünkü da daha de değil defa diye dolayı eğer en fakat gibi göre hala hangi
            hangisi hem henüz hep hepsi her hiç için içinde ile ise kadar kaç kendi kendisi ki kim kime kimi kimin mi mı mu
            mü nasıl ne neden nedir neler nerede nereye nesi niçin niye o olan olarak oldu olduğu olduğunu olduğunda olup
            olur ona onlar onları onların onu onun orada sadece sen senin siz sizin sonra şey şu tarafından tüm var vardır
            ve veya ya yani yok zaman""",
        "vi": """ai anh ấy bạn bao nhiêu bị bởi các cái cả cần chỉ cho chúng chưa có còn của cũng cùng đã đang đây đấy để đến đều
            đi điều đó do được gì giữa hay hơn họ khi không là lại làm lên lúc mà mỗi một này nào nên nếu nhưng những như
            nơi nó nữa ông phải qua ra rằng rất rồi sao sau sẽ sự tại thế theo thì trên trong trước từ từng và vẫn vào vậy
            về vì việc với vừa""",
        "ar": """أن أنا أنت أو أي أين إذا إلا إلى إن التي الذي الذين اللذان اللتان الى ان او اي اين بعد بعض بل بين تلك تم ثم حتى
            حول حيث خلال دون ذلك سوف عن عند عندما على عليه عليها غير فقط فوق في فيه فيها قبل قد كان كانت كانوا كم كل كما كيف
            لا لدى لقد لكن لكي لم لماذا لما لن له لها لهم ليس ما ماذا مثل مع من منذ منه منها متى نحن هذا هذه هل هم هن هنا
            هناك هو هي و ولا وهو وهي وقد ومن وفي يتم يكون""",
        "fa": """آن آنها از اگر است اما او ای این با باید بر برای بود بودند به بین تا چه چرا چگونه چند چون خود در دارد دارند را
            زیر شد شده شود کجا کدام که کی ما من می نیز نیست ها هر هم همه همین هیچ و ولی یا یک""",
        "hi": """अपना अपनी अपने अब आदि आप इन इस इसका इसकी इसके इसमें इसे उन उनका उनकी उनके उस उसका उसकी उसके उसे एक एवं ऐसे और कई
            कब कर करता करते करना करने कहाँ कहा का कि किन किस किसका किसकी किसके किसने किसी किसे की कितना कितनी कितने कुछ के
            कैसे को कोई कौन कौनसा कौनसी क्या क्यों गई गए गया चाहिए जब जहाँ जा जिस जिसका जिसकी जिसके जिसमें जिसे जैसे जो तक
            तब तो था थी थे द्वारा दिया न नहीं ने पर फिर बहुत बाद भी में मैं यदि यह यहाँ या ये रहा रहे रही लिए लेकिन व वह
            वहाँ वाला वाली वाले वे सकता सकते सब सभी साथ से हम ही हुआ हुई हुए है हैं हो होता होती होते होना होने""",
        "sv": """alla allt att av blev bli blir de dem den denna deras dess dessa det detta dig din dina ditt du där efter ej
            eller en er ett från för ha hade han hans har henne hennes hon honom hur i icke ingen inom inte jag ju kan kunde
            man med mellan men mig min mina mitt mot mycket många ni nu när någon något några och om oss på samma sedan sig
            sin sina sitt ska skulle som så till under upp ut utan vad var vara varför varje varit vars vart vem vi vid
            vilka vilken vilket vår våra än är åt över""",
        "da": """af alle alt anden at blev blive bliver da de dem den denne der deres det dette dig din disse dog du efter eller
            en end er et for fra ham han hans har havde hende hendes her hos hun hvad hvem hvilken hvilket hvis hvor hvordan
            hvorfor hvornår i ikke ind jeg jer jo kan kunne man mange med meget men mig min mine mit mod ned noget nogle nu
            når og også om op os over på selv sig sin sine sit skal skulle som sådan til ud under var ved vi vil ville vor
            være været""",
        "no": """alle at av bare begge ble bli blir da de deg dem den denne der dere deres det dette din disse du eller en enn er
            et ett etter for fordi fra før ha hadde han hans har hennes henne her hun hva hvem hvilke hvilken hvilket hvis
            hvor hvordan hvorfor i ikke ingen inn jeg kan kunne man mange med meg mellom men mer min mitt mot mye må ned noe
            noen nå når og også om opp oss over på seg selv sin sine sitt skal skulle slik som så til ut uten var ved vi vil
            ville vår være vært""",
        "fi": """ei eivät en ennen entä että he heidän heille hän hänen häntä itse ja jo joka jolla jonka jos jossa joissa joita
            jotka kaikki kanssa keitä ketkä ketä koska kuin kuinka kuka kun kuten me meidän mihin mikä miksi millainen
            milloin minkä minua minun minä missä mistä miten mitkä mitä mukaan mutta myös ne niiden niin niitä noin nyt ole
            olen oli olivat olla on ovat se sen siellä siihen siinä siitä sillä sinä sitten sitä tai te teidän tämä tämän
            tässä tätä vaan vai vain vaikka voi""",
        "pl": """a aby albo ale ani bardzo bez bo by być był była było były być ci co czego czy dla do gdy gdzie go i ich ile im
            inne jak jaka jaki jakie jakim jako je jego jej jest jeszcze jeśli już kiedy kim kto która które którego której
            który których którym którzy ku lub ma mają mi między mnie może można my na nad nam nas nasz nie nich nim niż o
            od on ona one oni oraz po pod ponieważ przed przez przy są się skąd ta tak także tam te tego tej ten to tu tych
            tylko tym u w we więc wszystko wy z za ze że""",
        "cs": """a aby ale ani ano až bez bude budou by byl byla byli bylo být co či do ho i jak jaká jaké jako jaký je jeho jej
            její jejich jen jeho ji jiné již jsem jsme jsou jste k kam kde kdo kdy když ke kolik která které který kteří ku
            má mají mezi mi mnoho mu my na nad nám nás ne nebo než nic o od on ona oni ono po pod podle pokud pouze pro proč
            proto před při s se si svá své svůj ta tak také takže tam tato te tedy ten tento ti to toho tom tomu tu ty tyto
            u už v ve více však všech vy z za ze že""",
        "hu": """a abban ahol aki akik akkor alatt amely amelyek ami az azok azon azt azzal be benne csak de e egy egyik el előtt
            és ez ezek ezen ezt ha hanem hogy hogyan hol honnan hova igen ill is itt ki kik kit le lehet lesz maga már mely
            melyik meg mennyi mert mi miért mikor milyen mint mit mivel most nagyon ne nekem neki nem nincs ő ők olyan össze
            s saját sem si több tehát ti úgy után utána vagy van vannak volt voltak""",
        "id": """ada adalah agar akan antara apa apakah atas atau bagaimana bagi bahwa banyak berapa bisa bukan dalam dan dapat
            dari dengan di dia hanya harus ia ini itu jika juga kami kapan karena ke kepada ketika kita lain lebih maka mana
            masih mengapa menjadi mereka oleh pada para pernah saat saja sampai sangat satu saya sebagai sebuah secara
            sehingga sejak seperti serta siapa sudah tanpa telah tentang terhadap tersebut tetapi tidak untuk yaitu yang""",
    }.items()
}
"""ISO 639-1 code → function words, lower case; accents may be left out, as people leave them out."""

FILLERS = frozenset(
    [
        "hey",
        "hi",
        "hello",
        "hiya",
        "yo",
        "pls",
        "plz",
        "please",
        "lol",
        "lmao",
        "haha",
        "btw",
        "tbh",
        "idk",
        "thx",
        "thanks",
        "thank",
        "tell",
        "know",
        "explain",
        "wondering",
        "wonder",
        "anybody",
        "somebody",
        "someone",
        "guys",
        "folks",
        "bot",
        "chipbot",
        "question",
        "help",
        "quick",
        "sorry",
        "ok",
        "okay",
        "so",
        "well",
        "um",
        "uh",
        "u",
        "ur",
        "r",
        "wanna",
        "gonna",
        "gotta",
        "need",
        "want",
        "hola",
        "oi",
        "ola",
        "bonjour",
        "salut",
        "hallo",
        "ciao",
        "danke",
        "gracias",
        "obrigado",
        "obrigada",
        "merci",
        "bitte",
        "favor",
        "привет",
        "пожалуйста",
        "спасибо",
        "merhaba",
        "lütfen",
    ]
)
"""Words around a question rather than in it; they carry no weight when anything else remains."""

ENGLISH_NUMBERS: dict[str, str] = {
    **{
        word: str(n)
        for n, word in enumerate(
            """two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
            nineteen""".split(),
            start=2,
        )
    },
    **{
        word: str(10 * n)
        for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
    },
    **{
        word: f"{n}th"
        for n, word in enumerate(
            ["fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"],
            start=4,
        )
    },
    "first": "1st",
    "second": "2nd",
    "third": "3rd",
}
"""Number words that stand for the same term as their figures; "one" is left out, being a pronoun as well."""

SCALES: dict[str, str] = {
    "k": "thousand", "m": "million", "mm": "million", "mn": "million", "mil": "million", "mio": "million",
    "b": "billion", "bn": "billion", "tn": "trillion", "thousand": "thousand", "million": "million", "millions": "million",
    "billion": "billion", "billions": "billion", "trillion": "trillion", "trillions": "trillion",
}  # fmt: skip
"""What may follow a figure at once ("500M"), as the word it stands for."""

SYMBOLS: dict[str, str] = {"%": "percent", "$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₹": "rupee"}
"""Signs that are read as words."""

COMMON_WORDS: dict[str, frozenset[str]] = {
    "en": frozenset(
        """able aside accept accord account achieve act action actual actually add address affect affects age agree allow along
        amongst amount announce announced another answer anything appear apply approve approved area argue around arrive ask
        attempt available away back bad base basic became become began begin behind believe best better big bit black body
        book both break bring brought build built business buy call called came care carry case center certain change charge
        choose chose claim class clear close collect come common compare complete concern consider consist contain contains
        continue contribute control country couple course cover create current currently cut damage date day deal decide
        decided define degree depend describe described design despite detail develop different difficult direct discover
        discuss display do does doing done drop due early easy either employ enact end enough ensure enter entire especially
        establish event ever everything exactly example exist expect experience explain express extend face fact fail fall
        famous far fast father feature feel felt field figure final finally find finish first fit focus follow following
        force form former found free frequent front full gain gave general generally give given go goes going gone gonna
        good great group grow guess half hand happen happened happening hard head hear heard held help high hold home hope
        hour house huge idea identify immediate impact important improve include including increase indicate individual
        inside instead intend interest introduce involve item join keep kept kind kinds knew know known lack land large
        largest last late later lead learn least leave led left less let letter level lie life light likely limit line list
        little live local locate long longer look lose lost lot low made main maintain major make making man manage mark
        matter mean meaning meant measure meet member mention mentioned method middle mind minor mix modern money month more
        most mostly move name named near need needed never new next night none normal note nothing notice now nowadays
        number object occur offer office often old open operate opinion order original originally other own page paid part
        particular pass past pay people percent perform perhaps period person pick piece place plan play point popular
        position possible present prevent previous primary probable problem process produce product proposed prove provide
        public put quality quick quite raise range rate rather reach read ready real really reason receive recent recognize
        record reduce refer regard relate related remain remove replace report represent require respond responsible rest
        return rise rule run said same save saw say saying second see seem seen sell send sense sent separate serious serve
        service set several share short show shown side sign significant similar simple since single site situation size
        small so sold some something sometimes soon sort speak special specific spend stand start state stated stay step
        still stop strong structure study stuff subject success such suggest suit support suppose sure system take taken
        talk talking tell ten term test thing things think third thought time title today together told took top total
        toward try turn two type types typically understand unit use used using usual usually value various view visit wait
        want wanted way week well went whole wide win wish within without word work world worse worst would write written
        wrong year yes yet young""".split()
    )
}
"""Language → words that most texts use whatever they are about: in a small collection they are rare, but say
little.
"""
