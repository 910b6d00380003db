"""Spanish."""

from chipbot.text.languages.pack import AnswerCues, Language, QuestionCues, SmallTalk, phrases, words

LANGUAGE = Language(
    code="es",
    stemmer="spanish",
    abbreviations=words("D Dña Dra Sra Srta Sta Sto Ud Uds Avda Av"),
    short_forms=words(
        """lun mar mié jue vie sáb dom aprox Aprox máx Máx max mín Mín min pág págs tel Tel seg hs hrs
        incl"""
    ),
    function_words=words(
        """a al algo algun alguna algunas alguno algunos ante antes aquel aquella aquellas aquello aquellos
        aqui asi aun aunque bajo cada como con contra cual cuales cuan cuando cuanta cuantas cuanto
        cuantos de del desde donde durante e el ella ellas ello ellos en entre era eran es esa esas ese
        eso esos esta estaba estaban estamos estan estar estas este esto estos estoy fue fueron ha habia
        habian han hasta hay he la las le les lo los mas me mi mis mismo mucho muchos muy nada ni no nos
        nosotros nuestra nuestro o os otra otras otro otros para pero poco por porque pues que quien
        quienes se sea ser si sido sin sobre solo son su sus suyo tal tambien tan tanto te tiene tienen
        toda todas todo todos tu tus un una unas uno unos usted ustedes y ya yo"""
    ),
    common_words=words(
        """acaba acabar ahí alguien allí ayuda ayudar bastante bien buena buenas bueno buenos cambiar casi
        cierto claro conseguir cosa cosas creo da dar debe debemos deben debo decir deja dejar dejo
        demasiado dentro después dice diferencia empezar encontrar entonces entrar esperar existe falta
        forma fuera funciona funcionan gente gran grande gusta gustaría haber hablar hace hacen hacer
        haces hago hecho igual incluso intentar ir jaja lado largo lejos llama llegar lleva llevar luego
        lugar malo manera mayor mejor menos momento nadie necesita necesitas necesito normal nueva nuevo
        nunca ocurre parece pasa pasado pasar pedir pensar pequeño persona personas podemos poder podría
        poner pongo posible pregunta preguntar primera primero problema pronto pueda puede pueden puedes
        puedo querer quiere quieres quiero quizá quizás rato razón realmente sabe saber sabes sabéis
        sale salen salir seguir seguro sería siempre sirve sé tarde tema teneis tener tengo tenéis
        tiempo tipo tomar trata usa usar va vale vamos van veces venir ver vez viene visto vosotros voy
        vuelta"""
    ),
    question_cues=QuestionCues(
        step="c[oó]mo",
        money=r"cu[aá]nto (?:cuesta|cuestan|es|pago|sale|vale|valen)|(?:precio|coste)(?=\W*$)",
        clock="a qu[eé] hora|hasta qu[eé] hora",
        amount="cu[aá]nto (?:cuesta|cuestan|dinero|dura|mide|pesa|tiempo|vale|valen)|qu[eé] (?:edad|precio)",
        number="cu[aá]nt[oa]s?",
        date="cu[aá]ndo|a qu[eé] hora|qu[eé] (?:a[nñ]o|d[ií]a|fecha|hora|mes)",
        person="qui[eé]n(?:es)?",
        place="d[oó]nde",
        reason="por qu[eé]",
        polar=r"(?<=^\W*)(?:hay|se puede|puedo|podemos|tengo que|tienes|ten[eé]is|es|est[aá]|"
        r"dais|hac[eé]is)(?= \w)|se puede(?=\W*$)",
        definition=(
            r"q(?:u[eé])? (?:es|son)(?= (?:(?:una?|el|las?|los) )?[\w-]+(?: aqu[ií])?\W*$)|"
            "qu[eé] (?:significa|quiere decir)"
        ),
    ),
    answer_cues=AnswerCues(
        step=(
            "(?:por favor,? )?(?:abre|añade|busca|cambia|copia|crea|elige|entra|envía|escribe|espera|haz|"
            "instala|manda|marca|pide|"
            "pincha|pon|pregunta|pulsa|rellena|selecciona|usa|ve a)"
        ),
        modal=phrases(
            """no | nunca | puede | pueden | debe | deben | prohibido | prohibida | permitido | permitida |
            obligatorio | solo | sólo"""
        ),
        money=phrases("euro | euros | céntimos | gratis | gratuito | gratuita"),
        until=phrases("a las | las | hasta las"),
        date=words(
            """enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes
            miércoles jueves viernes sábado sábados domingo domingos"""
        ),
        unit=phrases(
            "euro | céntimo | peso | segundo | minuto | hora | día | semana | mes | año | por ciento | grado | litro"
        ),
        reason=phrases("porque | ya que | debido a | para que | por eso"),
        definition=phrases("es un | es una | es el | es la | son los | son las | se llama | significa"),
        polar=r"(?:sí|no|nunca|s[oó]lo si|claro|depende)\b",
        anaphora="esto|esta?s?|eso|ello|ella|ellos|ellas|él|su|sus",
    ),
    directions=("de|del|desde", "a|al|hacia"),
    fillers=words("hola gracias favor"),
    discourse_markers="y|e|o|pero|entonces|también|tambien|además|qué hay de|qué pasa con|qué tal",
    pronouns=words(
        """él ella ellos ellas le les lo su sus suyo suya eso esto ese esa esos esas este esta estos estas
        aquel aquella allí alli ahí ahi allá mismo misma"""
    ),
    question_words=words(
        """qué que quién quien quiénes cuál cual cuáles cuándo cuando dónde donde adónde cómo como cuánto
        cuánta cuántos cuántas"""
    ),
    synonyms="""
ip, dirección ip, dirección del servidor, ip del servidor
mod, moderador
admin, administrador
dc, discord
mac, macos
config, configuración
docs, documentación
repo, repositorio
pc, ordenador, computadora, computador
contraseña, clave, password
info, información
app, aplicación
ram, memoria
carpeta, directorio
bd, base de datos
md, dm, mensaje directo, mensaje privado
móvil, celular, teléfono
foto, imagen
bici, bicicleta
peli, película
profe, profesor
precio, coste, costo
quitar, eliminar, borrar
arreglar, reparar
máx, máximo
mín, mínimo
archivo, fichero
""",
    small_talk=SmallTalk(
        greeting="hola|buenos d[ií]as|buenas(?: tardes| noches)?",
        thanks="gracias|muchas gracias",
        about="ayuda|qu[eé] sabes(?: hacer)?|qui[eé]n eres|qu[eé] puedes hacer",
    ),
)
