"""Spanish."""

from chipbot.text.languages.pack import AnswerCues, Language, QuestionCues, SmallTalk, words

LANGUAGE = Language(
    code="es",
    stemmer="spanish",
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
    question_cues=QuestionCues(
        number="cu[aá]nt[oa]s?",
        date="cu[aá]ndo",
        person="qui[eé]n(?:es)?",
        place="d[oó]nde",
        reason="por qu[eé]",
    ),
    answer_cues=AnswerCues(
        anaphora="esto|esta?s?|eso|ello|ella|ellos|ellas|él|su|sus",
    ),
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
ip, dirección ip, dirección del servidor
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
