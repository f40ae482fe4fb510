// The interface in Polish.
export default {
  language: 'pl', chat: 'Czat', close: 'Zamknij czat', menu: 'Więcej opcji', assistant: 'Asystent AI',
  greeting: 'Cześć! W czym możemy pomóc?', conversation: 'Rozmowa', placeholder: 'Zadaj pytanie…', send: 'Wyślij',
  stop: 'Zatrzymaj odpowiedź', retry: 'Spróbuj ponownie', copy: 'Kopiuj', copied: 'Skopiowano', good: 'Pomocne',
  bad: 'Niepomocne', sources: 'Źródła', you: 'Ty', said: '{name}', stopped: 'Zatrzymano', thinking: 'Chwileczkę…',
  latest: 'Przejdź do najnowszych', suggestions: 'Proponowane pytania', human: 'Porozmawiaj z człowiekiem',
  clear: 'Wyczyść rozmowę', fresh: 'Nowa rozmowa', sound: 'Dźwięk', expand: 'Powiększ', shrink: 'Zmniejsz',
  waiting: 'Prosimy kogoś z zespołu…', joined: '{name} już tu jest', person: 'Ktoś z zespołu', typing: '{name} pisze…',
  away: 'Teraz nikt nie jest dostępny.', opens: 'Wracamy {time}.', contact: 'Zostaw dane kontaktowe',
  offline: 'Brak połączenia. Wiadomości poczekają, aż wrócisz.', limited: 'Szybko! Możesz kontynuować za {seconds} s.',
  full: 'Ta rozmowa osiągnęła na razie limit.', again: 'Ciąg dalszy możliwy: {time}.', failed: 'To się nie udało.',
  unreachable: 'Czat jest teraz niedostępny.', dismiss: 'Zamknij', voice: 'Powiedz pytanie',
  listening: 'Słucham… naciśnij ponownie, aby zakończyć', lead: 'Jak możemy się z Tobą skontaktować?',
  lead_send: 'Wyślij', lead_later: 'Nie teraz', lead_thanks: 'Dziękujemy! Odezwiemy się.',
  required: 'To pole jest wymagane.', email: 'To nie wygląda na adres e-mail.', email_label: 'E-mail',
};
