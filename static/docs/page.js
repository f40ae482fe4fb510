// The API's documentation: Swagger UI over this server's own document, ready to be tried out. `?agent=ID` in the address
// puts that agent into the examples, and the token that /init gives is used for all that is tried after it.

const INIT = '/widget/init';

const text = await (await fetch('/openapi.json')).text();
const example = JSON.parse(text).paths[INIT].post.requestBody.content['application/json'].example.agent_id;
const agent = new URLSearchParams(location.search).get('agent') ?? '';
const spec = JSON.parse(/^[0-9A-Z]{26}$/.test(agent) ? text.replaceAll(example, agent) : text);

const ui = globalThis.SwaggerUIBundle({
  spec,
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  defaultModelExpandDepth: 3,
  tagsSorter: (one, other) => order(one) - order(other),
  operationsSorter: (one, other) => place(one) - place(other),
  responseInterceptor(response) {
    if (response.ok && new URL(response.url).pathname.endsWith(INIT)) {
      ui.preauthorizeApiKey('visitor_token', response.body?.data?.jwt ?? JSON.parse(response.text).data.jwt);
    }
    return response;
  },
});

/** In the order in which a client needs them. @param {string} tag */
function order(tag) {
  return ['Visit', 'Messages', 'Conversation', 'Leads', 'Events'].indexOf(tag);
}

/** What begins comes first, what ends last. @param {any} operation */
function place(operation) {
  const id = operation.getIn(['operation', 'operationId']);
  return ['init', 'config', 'stream_message', 'send_message', 'rate_message', 'read_messages', 'request_human', 'typing',
    'rate_conversation', 'clear_conversation', 'join_channel', 'erase_me'].indexOf(id);
}
