// The interface in Dutch.
export default {
  language: 'nl', chat: 'Chat', close: 'Chat sluiten', menu: 'Meer opties', assistant: 'AI-assistent',
  greeting: 'Hallo! Waarmee kunnen we helpen?', conversation: 'Gesprek', placeholder: 'Stel een vraag…',
  send: 'Versturen', stop: 'Antwoord stoppen', retry: 'Opnieuw proberen', copy: 'Kopiëren', copied: 'Gekopieerd',
  good: 'Nuttig', bad: 'Niet nuttig', sources: 'Bronnen', you: 'Jij', said: '{name}', stopped: 'Gestopt',
  thinking: 'Een moment…', latest: 'Naar het nieuwste', suggestions: 'Voorgestelde vragen',
  human: 'Met een medewerker praten', clear: 'Gesprek wissen', fresh: 'Nieuw gesprek', sound: 'Geluid',
  expand: 'Vergroten', shrink: 'Verkleinen', waiting: 'We halen er een collega bij…', joined: '{name} is er',
  person: 'Een collega', typing: '{name} is aan het typen…', away: 'Er is nu niemand beschikbaar.',
  opens: 'We zijn {time} terug.', contact: 'Laat je contactgegevens achter',
  offline: 'Je bent offline. Berichten wachten tot je terug bent.',
  limited: 'Dat ging snel. Over {seconds} s kun je verder.', full: 'Dit gesprek heeft voorlopig zijn limiet bereikt.',
  again: 'Je kunt weer verder: {time}.',
  failed: 'Dat is niet gelukt.', unreachable: 'De chat is nu niet bereikbaar.', dismiss: 'Sluiten',
  voice: 'Vraag inspreken', listening: 'Ik luister… druk opnieuw om te stoppen', lead: 'Hoe kunnen we je bereiken?',
  lead_send: 'Versturen', lead_later: 'Niet nu', lead_thanks: 'Bedankt! We nemen contact op.',
  required: 'Dit is nodig.', email: 'Dit lijkt geen e-mailadres.', email_label: 'E-mail',
};
