//! Whether a question asks when a desk is open, in whatever order: all its words are of those that such a question is
//! made of, one of them says "open" or "closed", and one asks, or says who.

use super::{PLACES, is_in};
use crate::knowledge::particulars::is_day;

struct Words {
    open: &'static str,
    /// "When", or "you" and a verb.
    asks: &'static str,
    beside: &'static str,
}

const LANGUAGES: &[Words] = &[
    Words {
        open: "open opens opening openin close closes closing closed shut",
        asks: "when what which you u is are do does times",
        beside: "how time hours r we can at on till til until from late early long the a your ur our for now today tomorrow tonight day days week \
            weekend weekends weekday weekdays morning mornings evening evenings afternoon please and or then also normally usually \
            still in this every all there here to",
    },
    Words {
        open: "offen auf geoffnet offnet offnen zu geschlossen schliesst schliessen ruhetag ruhetage schluss feierabend",
        asks: "wann ihr sie ist wieviel wie welche welchen",
        beside: "ab bis von um uhr lange viel tage tagen habt haben hat seid sind macht machen der die das den dem am an in unter fur \
            heute morgen abend abends wochenende woche wochentags werktags nachmittags mittags vormittags uber mittag und oder auch noch \
            jetzt gerade immer euer eure eurer ihr ihre ihrer euch denn so einen ein durchgehend",
    },
    Words {
        open: "ouvert ouverts ouverte ouvertes ouvrez ouvre ouvrent ferme fermes fermee fermez fermeture ouverture",
        asks: "quand quelle quelles quel quels vous est etes horaires horaire heure heures combien",
        beside: "a jusqu jusque partir de des du d l le la les en au votre vos on qu que c ce ca jour jours semaine week end weekend \
            aujourd hui demain soir matin midi et ou tous toute toutes maintenant encore",
    },
    Words {
        open: "abierto abiertos abierta abiertas abren abre abris abrir cierran cierra cerrais cierre cerrado cerrados cerrada apertura",
        asks: "cuando que hora horas horario horarios estan estais esta teneis dias",
        beside: "a hasta desde de en el la los las por entre semana hoy manana tarde noche finde fin fines todos dia y o al ahora ya vuestro su \
            vosotros ustedes mediodia",
    },
    Words {
        open: "aperto aperti aperta aperte aprite apre aprono chiudete chiude chiuso chiusi chiusa chiusura apertura",
        asks: "quando che ora ore orari orario siete e quali giorni",
        beside: "a alle al all fino da dalle di in il la lo le i nel nei voi settimana weekend fine oggi domani sera mattina pomeriggio \
            pranzo tutti giorno anche ed o adesso si vostro vostri",
    },
    Words {
        open: "aberto abertos aberta abertas abrem abre abrir fecham fecha fechado fechados encerram encerrado",
        asks: "quando que hora horas horario estao voces esta dias",
        beside: "a as ate de das desde em o os no nos na nas durante semana hoje amanha tarde noite fim todos e ou agora sao seu",
    },
    Words {
        open: "open geopend dicht gesloten sluiten sluit sluitingstijd",
        asks: "wanneer hoe jullie u is welke laat",
        beside: "tot vanaf van om zijn bent gaan gaat de het op in door doordeweeks week weekend vandaag morgen avond avonds s \
            middag ochtend en of ook nog nu dagen dag lang jullie uw altijd",
    },
    Words {
        open: "otwarte otwarci otwarty otwieracie otwieraja czynne czynny zamkniete zamykacie",
        asks: "kiedy ktorej jestescie jest godziny godzin jakich jakie",
        beside: "od do o w we na sie dzis dzisiaj jutro weekend dni tygodniu i czy macie",
    },
];

/// "How", which asks for a time only before these: "how do you open this" is another question.
const HOW: &str = "how hoe";
const LONG: &str = "long late early laat lang";

/// Of words that are folded, without what says nothing.
pub(super) fn are_asked(words: &[&str]) -> bool {
    let is_other = |pair: &[&str]| is_in(pair[0], HOW) && !is_in(pair[1], LONG);
    if words.windows(2).any(is_other) {
        return false;
    }
    LANGUAGES.iter().any(|language| {
        let (mut open, mut asks) = (false, false);
        let known = words.iter().all(|word| {
            let (opens, asked) = (is_in(word, language.open), is_in(word, language.asks));
            open |= opens;
            asks |= asked;
            opens || asked || is_in(word, language.beside) || is_in(word, PLACES) || is_day(word)
        });
        known && open && asks
    })
}
