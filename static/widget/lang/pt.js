// The interface in Portuguese.
export default {
  language: 'pt', chat: 'Chat', close: 'Fechar o chat', menu: 'Mais opções', assistant: 'Assistente de IA',
  greeting: 'Olá! Como podemos ajudar?', conversation: 'Conversa', placeholder: 'Faça uma pergunta…', send: 'Enviar',
  stop: 'Parar a resposta', retry: 'Tentar de novo', copy: 'Copiar', copied: 'Copiado', good: 'Útil',
  bad: 'Não foi útil', sources: 'Fontes', you: 'Você', said: '{name}', stopped: 'Interrompido',
  thinking: 'Um momento…', latest: 'Ir para o mais recente', suggestions: 'Perguntas sugeridas',
  human: 'Falar com uma pessoa', clear: 'Limpar a conversa', fresh: 'Nova conversa', sound: 'Som', expand: 'Ampliar',
  shrink: 'Reduzir', waiting: 'Chamando um colega…', joined: '{name} está aqui', person: 'Um colega',
  typing: '{name} está digitando…', away: 'Ninguém está disponível no momento.', opens: 'Voltamos {time}.',
  contact: 'Deixe seus dados de contato', offline: 'Você está sem conexão. As mensagens esperam até você voltar.',
  limited: 'Que rapidez! Você pode continuar em {seconds} s.', full: 'Esta conversa atingiu o limite por enquanto.',
  again: 'Você poderá continuar: {time}.',
  failed: 'Não funcionou.', unreachable: 'O chat não está acessível no momento.',
  dismiss: 'Dispensar', voice: 'Ditar a pergunta', listening: 'Ouvindo… toque de novo para parar',
  lead: 'Como podemos falar com você?', lead_send: 'Enviar', lead_later: 'Agora não',
  lead_thanks: 'Obrigado! Entraremos em contato.', required: 'Este dado é necessário.',
  email: 'Isto não parece um endereço de e-mail.', email_label: 'E-mail',
};
