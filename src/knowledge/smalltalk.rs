//! Words that visitors tell their story with, in languages whose words have no senses here: who wants something, for whom,
//! when, and what everybody does. That pages lack them says little of whether they answer. With the endings that are
//! typed; folded.

/// By ISO 639-1; empty for a language that has none.
pub(super) fn of(language: &str) -> &'static str {
    match language {
        "de" => GERMAN,
        "fr" => FRENCH,
        "es" => SPANISH,
        "it" => ITALIAN,
        "pt" => PORTUGUESE,
        "nl" => DUTCH,
        _ => "",
    }
}

const GERMAN: &str = "hallo hi hey moin servus guten tag morgen abend danke vielen dank liebe gruesse grusse frage fragen mal gerade grad eben \
    schon eigentlich vielleicht leider ungefaehr ungefahr circa ca etwa genau ganz ziemlich wirklich echt immer nie oft manchmal gestern \
    heute neulich bald spater spaeter letzte letzten letzter letztes nachste naechste nachsten naechsten monat monate jahr jahre \
    mutter vater mama papa oma opa eltern mann frau freund freundin freunde kumpel kollege kollegin kollegen chef bruder schwester \
    tante onkel nachbar leute jemand niemand alle beide zusammen allein alleine selber brauche brauch brauchen braucht kriege kriegen kriegt \
     bekomme bekommen bekommt gehe gehen geht ging gegangen komme kommen kommt kam gekommen mache machen macht gemacht nehme nehmen nehmt \
    nimmt genommen bringe bringen bringt gebracht gebe geben gibt gegeben sage sagen sagt gesagt sehe sehen sieht gesehen finde finden \
    findet gefunden weiss weiß wissen wusste denke denken glaube glauben hoffe meine meinen suche suchen sucht stehe stehen steht sitze sitzt \
    sitzen liege liegt lasse lassen lasst halte halten hatte haette wurde wuerde koennte konnte sollte muesste musste mochte moechte moechten \
    wollte wollten durfte gerne gern lieber gut gute guten gutes schlecht schlimm toll super schon schoen schoene klein kleine kleinen kleines \
    gross grosse grossen neu neue neuen neuer neues alt alte alten viel viele vielen wenig wenige bisschen paar einige andere anderen sache \
    sachen ding dinge zeug mal stuck problem moglich moeglich geht's gehts gibts gibt's isses is nen ne mein dein unsere sowas irgendwie \
    irgendwo irgendwas ueberall uberall dabei dafuer dafur dazu davon damit daran darauf trotzdem deshalb also halt eh naja okay ok lohnt \
    passt klappt funktioniert schaffe schaffen kaufe gekauft gerade gewesen bisher rein raus runter hoch weg  ";

const FRENCH: &str = "bonjour bonsoir salut coucou merci svp stp question questions voila alors donc bref enfin peut etre peut-etre possible \
    probleme soucis souci besoin envie faut falloir vouloir veux veut voulons voudrais voudrait aimerais aimerait aimerions souhaite \
    souhaiterais pense penses crois sais savoir sait dire dit dites demande voir vois vu aller vais va vont viens venir vient venu venons \
    prendre prends prend pris mettre mets mis faire fais fait faites donner donne passer passe passe rester reste devoir dois doit pouvoir \
    puis peux peut pouvez pourrais pourrait trouve trouver arrive arriver hier aujourd'hui demain bientot deja \
    encore toujours jamais souvent parfois maintenant dernier derniere derniers prochaine prochain semaine semaines mois an ans annee fois mari \
    femme copain copine ami amie amis famille mere pere maman papa soeur frere parents collegue collegues gens personne quelqu'un monde \
    nous tous toutes ensemble seul seule bien bon bonne mal mieux super tres trop assez plutot vraiment juste seulement petit petite grand \
    grande nouveau nouvelle autre autres meme chose choses truc trucs genre comme quand meme jeune vieux chez quoi rien tout toute \
     suis venir  ";

const SPANISH: &str = "hola buenas buenos dias tardes gracias porfa favor pregunta duda vale oye mira bueno pues entonces quiero quiere queremos \
    querria quisiera gustaria necesito necesitamos necesita puedo puede podemos podria podriamos tengo tiene tenemos hago hace hacer hacemos voy \
    va vamos ir vengo venir viene vienes doy da dar dais digo decir dice se sabe saber creo pienso veo ver pasa pasar pasado quedar queda llevo \
    lleva llevar traer tomar dejar deja poner ponen pongo ayer hoy manana luego pronto ya todavia siempre nunca ahora antes despues semana mes \
    meses ano anos vez veces mi madre padre mama papa marido mujer novio novia amigo amiga amigos hermano hermana familia gente alguien nadie \
    todos todas juntos solo sola persona personas tio tios bien mal mejor peor muy mucho mucha muchos poco poca demasiado bastante algo nada \
    cosa cosas tipo grande pequeno nuevo nueva otro otra mismo misma exactamente mas menos casi solo k q xq tb ese esa  ";

const ITALIAN: &str = "ciao salve buongiorno buonasera grazie scusate scusi domanda vorrei vorremmo voglio vogliamo voleva volevo posso possiamo \
    potrei potremmo devo dobbiamo dovrei serve servono bisogno ho abbiamo hanno faccio fare facciamo fate fa vado andare andiamo vengo venire \
    veniamo viene prendo prendere metto mettere do dare dico dire dite so sapere sapete credo penso vedo vedere trovo trovare arrivo arrivare \
    riesco riuscire riusciamo succede capita passa lascio lasciare tengo tenere ieri oggi domani dopo prima presto gia ancora sempre \
    mai adesso ora settimana mese mesi anno anni volta volte mia mamma papa madre padre marito moglie fidanzato fidanzata ragazzo ragazza amico \
    amica amici fratello sorella famiglia gente qualcuno nessuno tutti tutte insieme solo sola persona persone bene male meglio molto molta \
    tanto tanta poco poca troppo abbastanza proprio davvero magari forse circa cosa cose roba tipo grande piccolo nuovo nuova altro altra \
    stesso stessa x nn cmq pure";

const PORTUGUESE: &str = "ola oi bom boa dia tarde noite obrigado obrigada duvida pergunta quero queremos queria gostaria preciso precisamos posso \
    podemos poderia tenho temos tem faco fazer faz fazem vou vai vamos ir venho vir vem dou dar digo dizer diz sei saber acho penso vejo ver fica \
    ficar levo levar trago trazer deixo deixar coloco ontem hoje amanha depois antes logo ja ainda sempre nunca agora semana mes meses ano \
    anos vez vezes minha mae pai marido mulher esposa namorado namorada amigo amiga amigos irmao irma familia gente alguem ninguem todos \
    todas juntos sozinho pessoa pessoas bem mal melhor muito muita pouco demais algo nada coisa coisas tipo grande pequeno novo nova outro \
    outra mesmo mesma exatamente quase so";

const DUTCH: &str = "hallo hoi hey dag goedemorgen goedemiddag bedankt dank vraag vraagje even eigenlijk misschien helaas ongeveer precies echt \
    gewoon wel nog ook al steeds altijd nooit vaak soms gisteren vandaag morgen straks binnenkort laatst laatste vorige volgende week weken \
    maand maanden jaar keer moeder vader mama papa oma opa ouders man vrouw vriend vriendin vrienden collega broer zus buurman mensen iemand \
    niemand allemaal samen alleen zelf nodig krijg krijgen krijgt ga gaan gaat kom komen komt doe doen doet gedaan neem nemen neemt genomen \
    breng brengen geef geven zeg zeggen zie zien vind vinden weet weten denk denken geloof hoop zoek zoeken sta staan staat zit zitten zitten \
    gezeten lig ligt laat laten hou houden moet moeten moest mag mogen mocht zou zouden wil willen wilde graag liever goed slecht mooi leuk \
    klein kleine groot grote nieuw nieuwe veel weinig paar andere dingen ding spullen soort probleem mogelijk kan kunnen durf durven \
    heb hebben heeft had ben bent is zijn was word worden wordt geworden ergens ooit heen waar t m n  ";
