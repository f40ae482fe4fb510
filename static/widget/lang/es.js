// The interface in Spanish.
export default {
  language: 'es', chat: 'Chat', close: 'Cerrar el chat', menu: 'Más opciones', assistant: 'Asistente de IA',
  greeting: '¡Hola! ¿En qué podemos ayudarte?', conversation: 'Conversación', placeholder: 'Haz una pregunta…',
  send: 'Enviar', stop: 'Detener la respuesta', retry: 'Reintentar', copy: 'Copiar', copied: 'Copiado', good: 'Útil',
  bad: 'No es útil', sources: 'Fuentes', you: 'Tú', said: '{name}', stopped: 'Detenido', thinking: 'Un momento…',
  latest: 'Ir a lo más reciente', suggestions: 'Preguntas sugeridas', human: 'Hablar con una persona',
  clear: 'Borrar la conversación', fresh: 'Nueva conversación', sound: 'Sonido', expand: 'Ampliar', shrink: 'Reducir',
  waiting: 'Buscando a un compañero…', joined: '{name} está aquí', person: 'Un compañero',
  typing: '{name} está escribiendo…', away: 'Ahora mismo no hay nadie disponible.', opens: 'Volvemos {time}.',
  contact: 'Deja tus datos de contacto', offline: 'No tienes conexión. Los mensajes esperarán hasta que vuelvas.',
  limited: 'Vas muy rápido. Podrás continuar en {seconds} s.',
  full: 'Esta conversación ha alcanzado su límite por ahora.', again: 'Podrás continuar: {time}.', failed: 'No ha funcionado.',
  unreachable: 'El chat no está disponible en este momento.', dismiss: 'Descartar',
  voice: 'Dictar la pregunta', listening: 'Escuchando… pulsa otra vez para parar', lead: '¿Cómo podemos contactarte?',
  lead_send: 'Enviar', lead_later: 'Ahora no', lead_thanks: '¡Gracias! Nos pondremos en contacto.',
  required: 'Este dato es necesario.', email: 'No parece una dirección de correo.', email_label: 'Correo electrónico',
};
