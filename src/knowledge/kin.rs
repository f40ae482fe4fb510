//! Words that mean much the same at a front desk, in languages whose words have no senses here: visitors ask when it is
//! "offen", pages say "Öffnungszeiten".

/// Words apart by a blank, folded, those of like meaning together.
pub type Groups = &'static [&'static str];

/// By ISO 639-1. English has senses, see `senses`.
pub fn of(language: &str) -> Groups {
    match language {
        "de" => GERMAN,
        "fr" => FRENCH,
        "es" => SPANISH,
        "pt" => PORTUGUESE,
        "it" => ITALIAN,
        "nl" => DUTCH,
        _ => &[],
    }
}

const GERMAN: Groups = &[
    "kosten kostet preis preise gebuhr gebuhren bezahlen zahlen teuer",
    "lieferung liefern versand versenden schicken zustellung lieferzeit",
    "ruckgabe zuruckgeben rucksendung zurucksenden retoure erstattung umtausch widerruf",
    "offnungszeiten offnungszeit geoffnet offen offnen offnet",
    "telefon anrufen telefonnummer rufnummer tel",
    "kundigen kundigung stornieren stornierung abbestellen absage absagen abgesagt",
    "loschen loschung entfernen",
    "geschlossen schliesst schliessen zu ruhetag ruhetage",
    "strassenbahn tram strassenbahnlinie haltestelle",
    "kind kinder kindern sohn tochter",
    "karte kreditkarte ec-karte kartenzahlung girocard",
    "reparatur reparieren kaputt defekt",
    "kaufen bestellen bestellung",
    "garantie gewahrleistung",
    "parken parkplatz parkplatze parkhaus",
    "hund hunde haustier haustiere",
    "adresse anschrift",
];
const FRENCH: Groups = &[
    "horaire horaires ouvert ouverts ouvrez ouvre ouvrir ouverture",
    "prix tarif tarifs coute coutent cout couter",
    "ferme fermes fermee fermez fermer fermeture",
    "carte cb bancaire bleue",
    "enfant enfants bebe bebes fils fille",
    "adresse acces situe",
    "livraison livrer livrez expedition expedier envoi",
    "retour retourner renvoyer remboursement rembourser echange",
    "telephone telephoner appeler",
    "annuler annulation resilier resiliation",
    "chien chiens animal animaux",
    "reserver reservation",
    "parking garer stationner stationnement",
];
const SPANISH: Groups = &[
    "horario horarios abierto abiertos abren abre abris abrimos abrir apertura",
    "precio precios tarifa tarifas cuesta cuestan coste costo vale valen",
    "cerrado cerrados cierra cierran cierre cerrais cerrar",
    "nino ninos nina hijo hija",
    "direccion ubicacion",
    "envio envios enviar entrega entregar",
    "devolver devolucion devoluciones reembolso",
    "telefono llamar",
    "cancelar cancelacion anular anulacion",
    "perro perros mascota mascotas animales",
    "reservar reserva reservas",
    "aparcar aparcamiento parking estacionar estacionamiento",
];
const PORTUGUESE: Groups = &[
    "horario horarios aberto abertos abrem abre abrir abertura",
    "preco precos custa custam custo tarifa tarifas",
    "fechado fecham fecha fechar encerrado",
    "entrega entregar envio enviar",
    "devolver devolucao reembolso troca",
    "telefone telefonar ligar",
    "cancelar cancelamento anular",
    "cao caes cachorro animais",
    "reservar reserva reservas",
    "estacionar estacionamento",
];
const ITALIAN: Groups = &[
    "orario orari aperto aperti aprite apriamo apre aprire apertura",
    "prezzo prezzi costa costano costo tariffa tariffe",
    "chiuso chiusi chiude chiudete chiusura",
    "bambino bambini bambina figlio figlia",
    "consegna consegnare spedizione spedire",
    "reso restituire restituzione rimborso",
    "telefono telefonare chiamare",
    "disdire disdetta annullare annullamento cancellazione",
    "cane cani animali",
    "prenotare prenotazione",
    "parcheggio parcheggiare macchina auto",
];
const DUTCH: Groups = &[
    "openingstijden openingsuren open geopend opent",
    "prijs prijzen kost kosten tarief tarieven",
    "levering leveren bezorging bezorgen verzending verzenden",
    "retour retourneren terugsturen ruilen terugbetaling",
    "telefoon telefoonnummer bellen tel bel",
    "annuleren annulering opzeggen afzeggen",
    "gesloten dicht sluit sluiten sluiting",
    "kind kinderen zoon dochter zoontje dochtertje",
    "hond honden huisdier huisdieren",
    "parkeren parkeerplaats parkeerplaatsen",
];
