// The interface in German.
export default {
  language: 'de', chat: 'Chat', close: 'Chat schließen', menu: 'Weitere Optionen', assistant: 'KI-Assistent',
  greeting: 'Hallo! Wie können wir helfen?', conversation: 'Unterhaltung', placeholder: 'Frage stellen …',
  send: 'Senden', stop: 'Antwort anhalten', retry: 'Nochmal versuchen', copy: 'Kopieren', copied: 'Kopiert',
  good: 'Hilfreich', bad: 'Nicht hilfreich', sources: 'Quellen', you: 'Sie', said: '{name}', stopped: 'Angehalten',
  thinking: 'Einen Moment …', latest: 'Zum neuesten Beitrag', suggestions: 'Vorgeschlagene Fragen',
  human: 'Mit einem Menschen sprechen', clear: 'Unterhaltung leeren', fresh: 'Neue Unterhaltung', sound: 'Ton',
  expand: 'Vergrößern', shrink: 'Verkleinern', waiting: 'Wir holen jemanden dazu …', joined: '{name} ist da',
  person: 'Ein Mitarbeiter', typing: '{name} schreibt …', away: 'Gerade ist niemand erreichbar.',
  opens: 'Wir sind {time} wieder da.', contact: 'Kontaktdaten hinterlassen',
  offline: 'Sie sind offline. Nachrichten warten, bis Sie wieder verbunden sind.',
  limited: 'Das war schnell. Weiter geht es in {seconds} s.',
  full: 'Diese Unterhaltung hat vorerst ihr Limit erreicht.', again: 'Weiter geht es: {time}.', failed: 'Das hat nicht geklappt.',
  unreachable: 'Der Chat ist gerade nicht erreichbar.', dismiss: 'Schließen',
  voice: 'Frage sprechen', listening: 'Ich höre zu … zum Beenden erneut drücken', lead: 'Wie erreichen wir Sie?',
  lead_send: 'Absenden', lead_later: 'Nicht jetzt', lead_thanks: 'Vielen Dank! Wir melden uns.',
  required: 'Bitte ausfüllen.', email: 'Das sieht nicht nach einer E-Mail-Adresse aus.', email_label: 'E-Mail',
};
