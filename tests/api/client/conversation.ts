// A stranger's client: nothing but what a generator makes of the OpenAPI document, driven through a whole conversation.
// That this compiles under strict rules says that the document's types are usable; what it returns is checked by the test.

import createClient from "openapi-fetch";

import type { components, paths } from "./schema.js";

export type Event = components["schemas"]["StreamEvent"];

const page_url = "https://shop.example/";

/** The data of an answer that succeeded. */
function good<T>({ data, error, response }: { data?: { data: T }; error?: unknown; response: Response }): T {
  if (data === undefined) throw new Error(`${response.url} answered ${response.status}: ${JSON.stringify(error)}`);
  return data.data;
}

/** The events of a stream, read as they come. */
export async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<Event> {
  let text = "";
  for await (const bytes of body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)) {
    text += bytes;
    const frames = text.split("\n\n");
    text = frames.pop() ?? "";
    for (const frame of frames) {
      if (frame.startsWith("data: ")) yield JSON.parse(frame.slice("data: ".length)) as Event;
    }
  }
}

/** Everything that a visitor can do, in the order of a visit. */
export async function visit(baseUrl: string, agent_id: string) {
  const open = createClient<paths>({ baseUrl, headers: { Origin: "https://shop.example" } });
  const launcher = good(await open.GET("/widget/config", { params: { query: { agent_id } } }));
  const begun = good(await open.POST("/widget/init", { body: { agent_id, page_url, locale: "en-GB", resume: true } }));

  const client = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${begun.jwt}` } });
  const stream = await client.POST("/widget/messages/stream", {
    body: { message: "When are you open?", page_url, page_context: { title: "Shop" }, client_message_id: "first" },
    parseAs: "stream",
  });
  if (!stream.data) throw new Error(`the stream was refused: ${JSON.stringify(stream.error)}`);
  const streamed: Event[] = [];
  for await (const event of events(stream.data)) streamed.push(event);

  const answer = good(await client.POST("/widget/messages", { body: { message: "How long can I return things?", page_url } }));
  const { message_id } = answer;
  const feedback = good(
    await client.POST("/widget/messages/{message_id}/feedback", { params: { path: { message_id } }, body: { rating: "good" } }),
  );
  const read = good(await client.GET("/widget/conversation/messages", { params: { query: { limit: 100 } } }));
  const second = read.messages[1];
  if (!second) throw new Error("the conversation has no answer");
  const rest = good(await client.GET("/widget/conversation/messages", { params: { query: { after: second.id } } }));
  const lead = good(await client.POST("/widget/leads", { body: { email: "Ann@Mail.Example", name: "Ann", fields: { size: "L" } } }));
  const again = good(await client.POST("/widget/leads", { body: { email: "ann@mail.example" } }));
  const one = good(await client.POST("/widget/events", { body: { event: "launcher.opened", metadata: { from: "test" } } }));
  const many = good(await client.POST("/widget/events", { body: { events: [{ event: "page.view" }, { event: "cta.click" }] } }));
  const typing = good(await client.POST("/widget/typing"));
  const satisfaction = good(await client.POST("/widget/satisfaction", { body: { rating: "bad", comment: "slow" } }));
  const human = good(await client.POST("/widget/request-human", { body: { reason: "please" } }));
  const resumed = good(await open.POST("/widget/init", { body: { agent_id, page_url, anon_id: begun.anonymous_id, resume: true } }));
  const cleared = good(await client.POST("/widget/conversation/clear"));
  const empty = good(await client.GET("/widget/conversation/messages"));
  const erased = good(await client.DELETE("/widget/me"));

  const refused = await client.GET("/widget/conversation/messages");
  const unknown = await open.POST("/widget/init", { body: { agent_id: "nobody", page_url, resume: true } });
  return {
    launcher, begun, streamed, answer, feedback, read, rest, lead, again, one, many, typing, satisfaction, human, resumed, cleared, empty, erased,
    refusals: [refused, unknown].map(({ error, response }) => ({ status: response.status, code: error?.error.code })),
  };
}
