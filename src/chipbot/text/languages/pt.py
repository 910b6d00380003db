"""Portuguese."""

from chipbot.text.languages.pack import AnswerCues, Language, QuestionCues, SmallTalk, words

LANGUAGE = Language(
    code="pt",
    stemmer="portuguese",
    function_words=words(
        """a ao aos aquela aquelas aquele aqueles aquilo as ate com como da das de dela delas dele deles
        depois do dos e ela elas ele eles em entre era eram essa essas esse esses esta estao estas estava
        estavam este estes estou eu foi foram ha isso isto ja lhe lhes mais mas me mesmo meu meus minha
        minhas muito muitos na nao nas nem no nos nossa nosso num numa o onde os ou para pela pelas pelo
        pelos pode podem por porque quais qual quando quanta quantas quanto quantos que quem sao se seja
        sem ser seu seus so sobre sua suas tambem te tem tinha toda todas todo todos tu um uma umas uns
        voce voces"""
    ),
    question_cues=QuestionCues(
        number="quant[oa]s?",
        date="quando",
        person="quem",
        place="onde",
        reason="por qu[eê]",
    ),
    answer_cues=AnswerCues(
        anaphora="isso|isto|ele|ela|eles|elas|seu|sua",
    ),
    fillers=words("oi ola obrigado obrigada favor"),
    discourse_markers="e|ou|mas|então|entao|também|tambem|e quanto [aà]|que tal",
    pronouns=words(
        """ele ela eles elas isso isto esse essa esses essas este esta aquele aquela lá ali aí dele dela
        deles delas seu sua seus suas mesmo mesma"""
    ),
    question_words=words("que quê o quem qual quais quando onde como quanto quanta quantos quantas porque"),
    synonyms="""
ip, endereço ip, endereço do servidor
mod, moderador
admin, administrador
dc, discord
mac, macos
config, configuração
docs, documentação
repo, repositório
pc, computador
senha, palavra-passe, password
info, informação
app, aplicativo, aplicação
ram, memória
pasta, diretório
bd, banco de dados, base de dados
dm, mensagem direta, mensagem privada
celular, telemóvel, telefone
foto, imagem
bicicleta, bike
preço, custo, valor
apagar, excluir, remover
arquivo, ficheiro
máx, máximo
mín, mínimo
""",
    small_talk=SmallTalk(
        greeting="ol[aá]|bom dia|boa (?:tarde|noite)",
        thanks="obrigad[oa]",
        about="ajuda|o que voc[eê] sabe",
    ),
)
