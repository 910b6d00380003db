"""Portuguese."""

from chipbot.text.languages.pack import AnswerCues, Language, QuestionCues, SmallTalk, phrases, words

LANGUAGE = Language(
    code="pt",
    stemmer="portuguese",
    abbreviations=words("Dra Sra Av Exmo Exma"),
    short_forms=words(
        """seg ter qua qui sex sáb dom aprox Aprox máx Máx max mín Mín min pág págs tel Tel hrs incl p"""
    ),
    function_words=words(
        """a ao aos aquela aquelas aquele aqueles aquilo as ate com como da das de dela delas dele deles
        depois do dos e ela elas ele eles em entre era eram essa essas esse esses esta estao estas estava
        estavam este estes estou eu foi foram ha isso isto ja lhe lhes mais mas me mesmo meu meus minha
        minhas muito muitos na nao nas nem no nos nossa nosso num numa o onde os ou para pela pelas pelo
        pelos pode podem por porque quais qual quando quanta quantas quanto quantos que quem sao se seja
        sem ser seu seus so sobre sua suas tambem te tem tinha toda todas todo todos tu um uma umas uns
        voce voces"""
    ),
    common_words=words(
        """achar acho acontece agora ainda ajuda ajudar algo algum alguma alguns alguém além anda antes
        apenas aqui assim bem boa bom certo chegar claro coisa coisas começar comum consegue conseguir
        consigo dar deixar dentro deve devo diferença diz dizer encontrar entrar então estar existe fala
        falar falta faz fazem fazer faço fica ficar fico fiquei fora funciona gente gostaria gostava
        grande hoje igual imenso ir lado levar logo longe lugar lá maior mal maneira melhor menos
        momento mudar nada nenhum ninguém normal nova novo nunca outra outras outro outros parte passa
        passar pedir pensar pequeno perto pessoa pessoas podemos poder podia posso possível pouco
        precisa precisar preciso primeira primeiro problema próximo pôr qualquer quase quer querer quero
        questão resto sabe saber sair sei sempre ser seria sim tal talvez tanto tarde temos tempo tenho
        tens ter tirar todos tomar tudo tão usar vai vamos vem ver vez vezes vir vou vão"""
    ),
    question_cues=QuestionCues(
        step=r"como(?<=^\W*como)",
        money=r"(?:de )?quanto (?:custa|custam|é|pago|sai)|preço(?=\W*$)",
        clock="(?:a|até) que horas?",
        amount="(?:de )?quanto (?:custa|custam|dinheiro|dura|é|mede|pesa|tempo|vale)|qual (?:é )?o (?:preço|valor)",
        number="quant[oa]s?",
        date="quando|a que horas?|que (?:ano|data|dia|horas?|mês)",
        person="quem",
        place="onde",
        reason=r"por qu[eê]|porqu[eê](?<=^\W*porqu[eê])",
        polar=r"(?<=^\W*)(?:posso|pode(?:-se|mos)?|d[aá] para|h[aá]|tem|t[eê]m|tenho de|"
        r"[eé] (?:preciso|possível|permitido))(?= \w)",
        definition=(
            r"o q(?:ue)? (?:é|são)(?= (?:(?:uma?|os?|as?) )?[\w-]+(?: [\w-]+)?\W*$)|"
            "o que (?:significa|quer dizer)"
        ),
    ),
    answer_cues=AnswerCues(
        step=(
            "(?:por favor,? )?(?:abre|adiciona|carrega|clica|copia|cria|entra|envia|escolhe|escreve|espera|faz|fala|"
            "instala|manda|"
            "marca|pede|põe|preenche|seleciona|traz|usa|vai)"
        ),
        modal=phrases(
            """não | nunca | pode | podem | deve | devem | proibido | proibida | permitido | permitida | obrigatório | só |
            apenas"""
        ),
        money=phrases("euro | euros | cêntimos | reais | grátis | gratuito | gratuita"),
        until=words("às até"),
        date=words(
            """janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro segunda terça
            quarta quinta sexta segundas terças quartas quintas sextas sábado sábados domingo domingos"""
        ),
        unit=phrases(
            "euro | cêntimo | real | reais | segundo | minuto | hora | dia | semana | mês | meses | ano | por cento | grau"
        ),
        reason=phrases("porque | pois | devido a | para que | por isso | por causa"),
        definition=phrases("é um | é uma | é o | é a | são os | são as | chama-se | significa"),
        polar=r"(?:sim|n[aã]o|nunca|s[oó] se|claro)\b",
        anaphora="isso|isto|ele|ela|eles|elas|seu|sua",
    ),
    directions=("de|do|da", "para|ao|à"),
    fillers=words("oi ola olá obrigado obrigada favor desculpa desculpem malta"),
    discourse_markers="e|ou|mas|então|entao|também|tambem|e quanto [aà]|que tal",
    pronouns=words(
        """ele ela eles elas isso isto esse essa esses essas este esta aquele aquela lá ali aí dele dela
        deles delas seu sua seus suas mesmo mesma"""
    ),
    question_words=words("que quê o quem qual quais quando onde como quanto quanta quantos quantas porque"),
    synonyms="""
ip, endereço ip, endereço do servidor, ip do servidor
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
