// The interface in Italian.
export default {
  language: 'it', chat: 'Chat', close: 'Chiudi la chat', menu: 'Altre opzioni', assistant: 'Assistente IA',
  greeting: 'Ciao! Come possiamo aiutarti?', conversation: 'Conversazione', placeholder: 'Fai una domanda…',
  send: 'Invia', stop: 'Ferma la risposta', retry: 'Riprova', copy: 'Copia', copied: 'Copiato', good: 'Utile',
  bad: 'Non utile', sources: 'Fonti', you: 'Tu', said: '{name}', stopped: 'Interrotto', thinking: 'Un momento…',
  latest: 'Vai al più recente', suggestions: 'Domande suggerite', human: 'Parla con una persona',
  clear: 'Cancella la conversazione', fresh: 'Nuova conversazione', sound: 'Suono', expand: 'Ingrandisci',
  shrink: 'Riduci', waiting: 'Stiamo chiamando un collega…', joined: '{name} è qui', person: 'Un collega',
  typing: '{name} sta scrivendo…', away: 'Al momento non c’è nessuno.', opens: 'Torniamo {time}.',
  contact: 'Lascia i tuoi contatti', offline: 'Sei offline. I messaggi partiranno quando torni in linea.',
  limited: 'Che velocità! Puoi continuare tra {seconds} s.',
  full: 'Questa conversazione ha raggiunto il limite per ora.', again: 'Puoi continuare: {time}.', failed: 'Non ha funzionato.',
  unreachable: 'La chat non è raggiungibile al momento.', dismiss: 'Ignora',
  voice: 'Detta la domanda', listening: 'In ascolto… premi di nuovo per fermare', lead: 'Come possiamo contattarti?',
  lead_send: 'Invia', lead_later: 'Non ora', lead_thanks: 'Grazie! Ti contatteremo.',
  required: 'Questo dato è necessario.', email: 'Non sembra un indirizzo e-mail.', email_label: 'E-mail',
};
