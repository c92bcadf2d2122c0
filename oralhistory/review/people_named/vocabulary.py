"""Words by which names of people are known in Spanish, Portuguese and English speech. All folded."""

from functools import cache
from pathlib import Path

from oralhistory.mentions.common_words import word_set

TABLE = Path(__file__).parent / "data" / "names.tsv"

# Said before a name. A name in small letters is taken for one only after those of the first set.
TITLES = word_set(
    "don doña dom dona compañero compañera companheiro companheira compa camarada camaradas comandante comandanta "
    "subcomandante señor señora señorita senhor senhora seu licenciado licenciada ingeniero ingeniera doctor doctora "
    "doutor doutora profesor profesora professor professora profe maestro maestra padre monseñor obispo arzobispo fray "
    "sor hermano hermana irmao irma tio tia abuelo abuela avo primo prima capitan teniente coronel general sargento "
    "mayor cabo almirante comrade mister missus miss aunt uncle brother sister captain lieutenant colonel sergeant"
)
ROLES = word_set(
    "presidente presidenta president gobernador gobernadora secretario secretaria diputado diputada senador senadora "
    "alcalde alcaldesa alcaldeza juez jueza embajador embajadora ministro ministra rey reina papa comisario papa mama "
    "madrina padrino compadre comadre esposo esposa marido mujer novio novia amigo amiga vecino vecina hijo hija "
    "filho filha cuñado cuñada suegro suegra sobrino sobrina poeta pintor pintora escritor escritora cantante abogado "
    "abogada estudiante obrero dirigente lider responsable muchacho muchacha companhero joven niño niña husband wife "
    "friend father mother son daughter cousin president senator judge leader"
)
SHORT_TITLES = word_set(
    "d da dn dña sr sra srta dr dra lic ing prof profa mr mrs ms st fr gral cmdte cmte cnel cap tte pbro mons arq mtro mtra"
)
# What says that a name follows: "se llamaba Ramiro", "le decíamos el Chino".
CALLED = word_set(
    "alias apodado apodada apodo apodaban apodabamos decian deciamos dicen dicho llama llamaba llamaban llamabamos "
    "llamado llamada llamo llamamos nombrado conocido conocida chamava chamavam chamado chamada apelido called named "
    "nicknamed sobrenombre seudonimo pseudonimo"
)
NICKNAMES = word_set(
    "flaco flaca gordo gorda chino china negro negra guero guera chato chata pelon pelona viejo vieja chivo gallo gato "
    "gata loco loca zurdo zurda moreno morena indio india tuerto cojo manco mudo sordo enano grandote chaparro "
    "chaparra colocho colocha canche seco tigre leon lobo zorro zorra pato pollo rana sapo topo toro oso mono coyote "
    "conejo cuervo aguila culebra vibora flecha barbas bigotes lentes colorado rojo rubio rubia ruso turco gringo "
    "gringa catracho chapin guanaco frances aleman brasileño cubano chileno uruguayo pibe nene pelado pelada bocho "
    "petiso petisa turca tano gallego vasco cabezon cabezona narigon orejon pecas pecoso chispa rayo trueno doc profe "
    "licha abuelo abuela tata nana tio tia che magro careca baixinho alemao japones"
)
PARTICLES = word_set("de del la las los da das do dos di van von der y e san santa")
# Before a place: what follows is where, not who.
LOCATIVE = word_set("en desde hacia hasta a por em no na para in from to at sobre entre")
# A street, a school, a body is called after somebody or something: what follows is no person that is spoken of.
THINGS = word_set(
    "calle calles avenida av boulevard calzada callejon plaza plazuela colonia barrio fraccionamiento pueblo ejido rancho "
    "hacienda finca municipio canton departamento provincia distrito estado ciudad puerto aeropuerto estacion metro "
    "carretera rio lago laguna cerro sierra volcan monte isla cabo bahia golfo playa valle selva parque jardin estadio "
    "hospital clinica escuela primaria secundaria preparatoria colegio liceo instituto facultad universidad academia "
    "biblioteca museo teatro cine auditorio palacio monumento hotel cafe mercado banco fabrica penal prision carcel "
    "campo cuartel base zona militar penitenciaria reclusorio ministerio secretaria procuraduria corte tribunal camara "
    "senado congreso parlamento asamblea gobierno ley plan tratado pacto acuerdo operacion proyecto programa comision "
    "comite consejo junta frente partido movimiento liga union federacion confederacion central sindicato brigada comando "
    "columna ejercito guardia policia direccion fuerza fuerzas fuerza organizacion asociacion alianza coordinadora coalicion "
    "encuentro conferencia festival revista periodico diario semanario radio canal editorial iglesia catedral parroquia "
    "convento orden casa club equipo premio revolucion guerra batalla masacre matanza golpe huelga marcha semana dia "
    "universidade escola rua praça praca cidade bairro avenue street square city university school church hospital army "
    "party front league committee council movement internacional juventud unidad bloque circulo tendencia corriente "
    "agencia academia real poder popular socorro rojo vicaria grupo agrupacion cooperativa derechos tutela liberacion "
    "asociaçao comissao naçao sociedad nacional solidaridad solidarity"
)
# In capitals and not names of people.
NO_NAMES = word_set(
    "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre lunes martes "
    "miercoles jueves viernes sabado domingo january february march april may june july august september october november "
    "december monday tuesday wednesday thursday friday saturday sunday janeiro fevereiro março maio junho julho setembro "
    "outubro novembro dezembro i english spanish american americans mexican latin christmas easter god lord bible dios "
    "jesucristo cristo virgen biblia navidad pascua pascuas señor america latina latinoamerica centroamerica sudamerica "
    "suramerica norteamerica iberoamerica hispanoamerica europa africa asia oceania caribe occidente oriente norte sur este "
    "oeste primera segunda tercera primero segundo mundial estado patria republica constitucion independencia reforma "
    "nacion pueblo humanidad historia ustedes usted ud uds internet facebook twitter whatsapp google youtube zoom covid "
    "zocalo alameda cono nuevo nueva san santa santo santos mr mrs atlantico pacifico mediterraneo andes amazonas deus "
    "nossa senhora natal pascoa brasil mexico"
)
# Given names that are also words: alone, at the beginning of a sentence or in small letters, they are none.
ALSO_WORDS = word_set(
    "rosa alma sol luz cruz paz mar flor flora luna blanca blanco clara claro dulce justo justa santos santa santo reyes "
    "reina reyna rey pilar pili mercedes merced nieves linda lindo socorro consuelo dolores remedios victoria libertad "
    "libia esperanza estrella aurora perla azucena violeta margarita inocencia inocencio rene domingo segundo mundo "
    "amparo refugio milagros caridad candelaria asuncion ascension concepcion encarnacion natividad trinidad soledad "
    "angeles angel pastor pastora bueno bravo leal gallardo franco duran calvo crespo moreno delgado rubio cano pardo rojas "
    "flores campos rios montes vega vegas sierra serrano guerra guerrero herrera zapata mesa mata casas castillo torres "
    "iglesias cadena caballero abril augusto benigno fortunato severo modesto modesta maximo minima prudencia primitivo "
    "urbano valiente digna digno grace will mark bill bob frank faith may june april rose robin jean gene art dean king "
    "young long white brown black green hill wood price bell ward king lee gray tina mora mercado lobo leon toro prado "
    "puente puerto roca rosales fuentes fuente salas sala palma palacios pena peñas piña paredes pared parra pinto polo "
    "mimi mane nena nene mela mina lina lista salvador jesus virgen virginia regina olimpia diana amado amador celia "
    "banda corona correa cortes cuevas espejo espino gama garza granados huerta infante jara lagos llanos lozano lucero lugo "
    "lira lima luna macias madera madrid merino miranda montero montaña naranjo nieto pastor paz prieto quijada rincon "
    "rico romero rosas saldaña sales salinas segura silva solano solis soto sosa tirado valle vera vidal villa zamora "
    "marin barrios barrio barrera arena arenas aleman baca campo campa casas ceniza claro canales cantu chaves costa "
    "cunha neves leite rocha ramos rego dias reis serra machado coelho barros mota moura salgado duarte lisboa braga porto "
    "ada ciro dina elsa nora rita ruth sara tere esther teo popo quino fofo mayor mayra mayte dora lea olga irma iris rubi "
    "leo cesar julio marcial"
)


@cache
def _names() -> tuple[frozenset[str], frozenset[str]]:
    rows = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines()]
    return (
        frozenset(name for name, kinds in rows if "g" in kinds),
        frozenset(name for name, kinds in rows if "s" in kinds),
    )


def is_given(word: str) -> bool:
    """Is this folded word a frequent given name, or the short form of one?"""
    return word in _names()[0]


def is_surname(word: str) -> bool:
    return word in _names()[1]


def is_name(word: str) -> bool:
    return is_given(word) or is_surname(word)


def is_only_a_name(word: str) -> bool:
    """A name that is no word besides: it is one in small letters, too."""
    return is_name(word) and word not in ALSO_WORDS
