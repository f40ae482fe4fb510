-- Frontdesk's one database, as a new file gets it. Files of an older version come here by the steps in
-- src/store/migrations.rs. Ids are ULIDs as text; times (`_at`) are milliseconds since the Unix epoch, UTC.
-- Every table of an owner's data carries its workspace.

-- A business with its agents, its data and its quotas.
create table workspaces (
  id                     text    primary key,
  name                   text    not null,
  monthly_conversations  integer not null default 0 check (monthly_conversations >= 0), -- 0: unlimited
  monthly_messages       integer not null default 0 check (monthly_messages >= 0),      -- 0: unlimited
  created_at             integer not null
) strict;

-- What a workspace used in a calendar month, UTC.
create table usage (
  workspace_id   text    not null references workspaces (id) on delete cascade,
  month_at       integer not null, -- the month's first moment
  conversations  integer not null default 0, -- in which the visitor wrote
  messages       integer not null default 0, -- of visitors
  primary key (workspace_id, month_at)
) strict, without rowid;

-- One front desk: what it knows, how it speaks, where it may appear.
create table agents (
  id              text    primary key,
  workspace_id    text    not null references workspaces (id) on delete cascade,
  name            text    not null,
  published       integer not null default 0 check (published in (0, 1)), -- 1: visitors may talk to it
  profile         text    not null check (json_valid(profile)), -- all that its owner may set, as JSON (store/agents.rs: Profile)
  revision        integer not null default 1, -- rises with each change of this row but index_version: caches compare it
  index_version   integer not null default 1, -- rises with each change of its passages: caches of results compare it
  identity_secret text,            -- with which its site signs who a visitor is (access/identity.rs); null: none was made
  created_at      integer not null,
  updated_at      integer not null
) strict;
create index agents_by_workspace on agents (workspace_id, id);

-- Websites that tried to show an agent and may not; the last ones only.
create table refused_origins (
  agent_id      text    not null references agents (id) on delete cascade,
  workspace_id  text    not null references workspaces (id) on delete cascade,
  origin        text    not null, -- as the browser sent it; '' when it sent none
  refusals      integer not null, -- how often
  last_at       integer not null,
  primary key (agent_id, origin)
) strict, without rowid;

-- A browser that opened the widget, or a person whom the site's signed word names, in whatever browser.
create table visitors (
  id            text    primary key,
  workspace_id  text    not null references workspaces (id) on delete cascade,
  agent_id      text    not null references agents (id) on delete cascade,
  anon_id       text    not null, -- chosen by the browser, or made for it; always made for a person
  locale        text,             -- BCP 47, as the browser said
  subject       text,             -- the person, as the site knows them: the signed word's `sub`
  claims        text    check (claims is null or json_valid(claims)), -- JSON object: what that word said, and so verified
  traits        text    check (traits is null or json_valid(traits)), -- JSON object: what the page said unsigned, and so not
  created_at    integer not null,
  unique (agent_id, anon_id)
) strict;
create unique index visitors_by_subject on visitors (agent_id, subject) where subject is not null;

create table conversations (
  id                text    primary key,
  workspace_id      text    not null references workspaces (id) on delete cascade,
  agent_id          text    not null references agents (id) on delete cascade,
  visitor_id        text    not null references visitors (id) on delete cascade,
  status            text    not null default 'bot' check (status in ('bot', 'waiting', 'human', 'offline')),
  page_url          text    not null, -- where it began
  lead_captured     integer not null default 0 check (lead_captured in (0, 1)),
  human_asked_at    integer,          -- when the visitor asked for a person
  human_reason      text,             -- and why
  rating            text    check (rating in ('good', 'bad')), -- of the whole conversation, by the visitor
  rating_comment    text,
  cleared_at        integer,          -- the visitor's "clear": what was said before is the owner's alone
  cleared_seq       integer not null default 0, -- messages.seq of the last message before it
  budget_at         integer,          -- when the day of the budget began: at the first message of that day
  budget_messages   integer not null default 0, -- of the visitor, since budget_at
  budget_tokens     integer not null default 0, -- of the model, since budget_at
  created_at        integer not null,
  last_activity_at  integer not null, -- of visitor or desk: a conversation rests for 24 hours before it is over
  first_message_at  integer           -- of the visitor: then it counted against the monthly quota
) strict;
create index conversations_by_visitor on conversations (visitor_id, last_activity_at desc);
create index conversations_left_to_people on conversations (agent_id, human_asked_at) where human_asked_at is not null;

-- What was said, in the order of `seq`.
create table messages (
  seq                integer primary key, -- the order within a conversation
  id                 text    not null unique,
  workspace_id       text    not null references workspaces (id) on delete cascade,
  conversation_id    text    not null references conversations (id) on delete cascade,
  role               text    not null check (role in ('user', 'assistant', 'human-agent')),
  content            text    not null,
  citations          text    not null default '[]' check (json_valid(citations)), -- JSON list: id, url, title, quote
  state              text    not null default 'complete' check (state in ('complete', 'incomplete')), -- incomplete: the answer broke off
  low_confidence     integer not null default 0 check (low_confidence in (0, 1)),
  reply_to           text,    -- for an answer: the id of its question
  client_message_id  text,    -- for a question: chosen by the client, so that a repeat never asks twice
  page_url           text,    -- for a question: where the visitor was
  model              text,    -- for an answer: who spoke
  input_tokens       integer, -- for a model's answer: as it said, or estimated by length
  output_tokens      integer, -- likewise
  rating             text    check (rating in ('good', 'bad')), -- of an answer, by the visitor
  beside             text    check (beside is null or json_valid(beside)), -- JSON list: what the stream told beside the words, for whoever is told the answer again; of a question that was left to a person: just that
  created_at         integer not null
) strict;
create index messages_by_conversation on messages (conversation_id, seq);
create index messages_by_question on messages (reply_to) where reply_to is not null;
-- What the owner should look at: nothing else is needed to find the gaps (store/gaps.rs).
create index messages_doubted on messages (created_at) where low_confidence = 1 or rating = 'bad';
create unique index messages_by_client_id on messages (conversation_id, client_message_id) where client_message_id is not null;

-- Contact details under one address, from all visitors who left some (lead_parts): of each detail the last one sent.
create table leads (
  id               text    primary key,
  workspace_id     text    not null references workspaces (id) on delete cascade,
  agent_id         text    not null references agents (id) on delete cascade,
  email            text    not null, -- lower case
  name             text,
  phone            text,
  fields           text    not null default '{}' check (json_valid(fields)), -- JSON object: further answers of the form
  created_at       integer not null,
  updated_at       integer not null,
  unique (agent_id, email)
) strict;

-- What one visitor left of a lead, so that it can be erased and nothing of another's with it.
create table lead_parts (
  lead_id          text    not null references leads (id) on delete cascade,
  visitor_id       text    not null references visitors (id) on delete cascade,
  workspace_id     text    not null references workspaces (id) on delete cascade,
  conversation_id  text    references conversations (id) on delete set null, -- the last one
  name             text,
  phone            text,
  fields           text    not null check (json_valid(fields)), -- JSON object
  created_at       integer not null,
  updated_at       integer not null,
  primary key (lead_id, visitor_id)
) strict, without rowid;
create index lead_parts_by_visitor on lead_parts (visitor_id);

-- What the widget reports.
create table events (
  seq              integer primary key,
  workspace_id     text    not null references workspaces (id) on delete cascade,
  agent_id         text    not null references agents (id) on delete cascade,
  visitor_id       text    not null references visitors (id) on delete cascade,
  conversation_id  text    not null references conversations (id) on delete cascade,
  event            text    not null,
  rule_id          text,
  metadata         text    check (metadata is null or json_valid(metadata)), -- JSON, at most 4 KiB
  created_at       integer not null
) strict;
create index events_by_visitor on events (visitor_id);

-- Answers that the owner wrote, given as they are to the questions that they are for: the highest priority first, then
-- the oldest. A change raises the revision of the agent.
create table curated_answers (
  id            text    primary key,
  workspace_id  text    not null references workspaces (id) on delete cascade,
  agent_id      text    not null references agents (id) on delete cascade,
  patterns      text    not null check (json_valid(patterns)), -- JSON list, any of which is enough: {"words"|"phrase"|"exact"|"regex": text}
  page          text,             -- only on pages whose path, or whose address, begins with this
  language      text,             -- only for questions in this language, ISO 639
  answer        text    not null, -- Markdown
  link_url      text,             -- what the answer cites
  link_title    text,
  priority      integer not null default 0,
  enabled       integer not null default 1 check (enabled in (0, 1)),
  created_at    integer not null,
  updated_at    integer not null
) strict;
create index curated_answers_by_agent on curated_answers (agent_id, priority desc, id);

-- Where an agent's knowledge comes from.
create table sources (
  id            text    primary key,
  workspace_id  text    not null references workspaces (id) on delete cascade,
  agent_id      text    not null references agents (id) on delete cascade,
  kind          text    not null check (kind in ('file', 'folder', 'website', 'sitemap', 'feed', 'page', 'text')),
  location      text    not null, -- an absolute path, a URL, or the title of a text
  base_url      text,             -- for files: their pages' URL is this with the relative path; for a text: its URL
  body          text,             -- of a text: itself, Markdown
  settings      text    not null default '{}' check (json_valid(settings)), -- how far a crawl goes, as JSON (store/sources.rs: Settings)
  every_ms      integer check (every_ms > 0), -- how long after a run the next one is due; null: never
  created_at    integer not null,
  refreshed_at  integer,          -- end of the last run that came to its end
  unique (agent_id, location)
) strict;

-- The last run over a source, or the one under way.
create table runs (
  source_id     text    primary key references sources (id) on delete cascade,
  workspace_id  text    not null references workspaces (id) on delete cascade,
  state         text    not null check (state in ('running', 'done', 'failed')), -- running, and no process holds it: it was cut off and will go on
  problem       text,             -- why it failed
  found         integer not null default 0, -- documents known so far
  indexed       integer not null default 0, -- new, or changed
  unchanged     integer not null default 0,
  skipped       integer not null default 0, -- no page, and none tomorrow
  failed        integer not null default 0, -- there may be a page, but it could not be had
  removed       integer not null default 0, -- pages that the source no longer has
  cut_offs      integer not null default 0, -- how often in a row the process ended in the middle of it
  started_at    integer not null,
  seen_at       integer not null, -- the last sign of life
  ended_at      integer
) strict, without rowid;

-- What the last run had to say: what it left out and why, and its course; of each kind the first ones only.
create table run_lines (
  id            integer primary key,
  workspace_id  text    not null references workspaces (id) on delete cascade,
  source_id     text    not null references sources (id) on delete cascade,
  kind          text    not null check (kind in ('note', 'skipped', 'failed')),
  path          text    not null, -- what it is about; '' for the run itself
  text          text    not null, -- a sentence; of what was left out one without its subject
  at            integer not null
) strict;
create index run_lines_by_source on run_lines (source_id, kind, id);

-- Every URL of a run that is under way, so that it goes on after a restart. Empty when none is.
create table frontier (
  id            integer primary key, -- the order in which they were met
  workspace_id  text    not null references workspaces (id) on delete cascade,
  source_id     text    not null references sources (id) on delete cascade,
  url           text    not null,
  depth         integer not null, -- links from the first page
  outcome       text    check (outcome in ('indexed', 'unchanged', 'skipped', 'failed', 'alias')), -- null: it waits for its visit
  path          text,             -- of the page that it gave, or keeps
  text_hash     text,             -- of that page's text: the same under another URL is the same page
  unique (source_id, url)
) strict;

-- What a URL gave at its last visit, so that the next one can ask whether that still holds.
create table visits (
  source_id      text    not null references sources (id) on delete cascade,
  workspace_id   text    not null references workspaces (id) on delete cascade,
  url            text    not null, -- that was asked for
  address        text    not null, -- where the answer came from, after redirects
  etag           text,
  last_modified  text,             -- as the server wrote it
  body_hash      text    not null, -- SHA-256 of the body
  text_hash      text    not null, -- as in frontier
  path           text,             -- of the page that it gave
  reason         text,             -- why it gave none
  links          text    not null check (json_valid(links)), -- JSON list: URLs of the site that it links to
  format         text    not null, -- of another format nothing here holds (knowledge/index.rs: FORMAT)
  primary key (source_id, url)
) strict;

-- One document of a source.
create table pages (
  id            integer primary key,
  workspace_id  text    not null references workspaces (id) on delete cascade,
  agent_id      text    not null references agents (id) on delete cascade,
  source_id     text    not null references sources (id) on delete cascade,
  path          text    not null, -- relative to the folder added; of a site: the URL's path with its query, or the URL where the host is another
  url           text    not null,
  title         text    not null,
  language      text    not null, -- ISO 639-1, or 'und'
  content_hash  text    not null, -- SHA-256 of the extracted text: equal means nothing to do
  updated_at    integer not null,
  unique (source_id, path)
) strict;
create index pages_by_language on pages (agent_id, language);
create index pages_by_url on pages (agent_id, url);

-- A piece of a page, of a size to search and to quote.
create table passages (
  id            integer primary key,
  workspace_id  text    not null references workspaces (id) on delete cascade,
  agent_id      text    not null references agents (id) on delete cascade,
  page_id       integer not null references pages (id) on delete cascade,
  position      integer not null, -- from 0, in the order of the page
  heading       text    not null, -- the headings above it, joined with ' › '
  anchor        text,             -- the id of the nearest heading, for a link to the place
  body          text    not null, -- Markdown
  is_pair       integer not null default 0 -- the heading is a question, and the body the whole answer
) strict;
create index passages_by_page on passages (page_id, position);
create index passages_by_agent on passages (agent_id, page_id);

-- The words of each passage, already folded, stemmed and without stop words (knowledge/words.rs), so that one index
-- serves all languages. Each word stands behind its agent's id (26 characters, lower case): a search reads the postings
-- of one agent, however many there are.
create virtual table passages_fts using fts5 (
  title, heading, body,
  content = '', contentless_delete = 1, tokenize = "ascii tokenchars '.'"
);
-- Also when a page, a source, an agent or a workspace takes its passages along.
create trigger passages_forgotten after delete on passages begin
  delete from passages_fts where rowid = old.id;
end;

-- The words of the index themselves, to find the one that a misspelt word may mean.
create virtual table passages_words using fts5vocab (passages_fts, row);

-- What a passage means, as a model says it: made after the passage is searchable by words (knowledge/embed.rs).
create table vectors (
  passage_id    integer primary key references passages (id) on delete cascade,
  workspace_id  text    not null references workspaces (id) on delete cascade,
  agent_id      text    not null references agents (id) on delete cascade,
  model         text    not null, -- only vectors of one model can be compared
  vector        blob    not null  -- knowledge/vectors.rs: a scale, then 8 bits for each dimension
) strict;
create index vectors_by_agent on vectors (agent_id, model);

-- The same of each of a passage's units (knowledge/units.rs) and the words of each (knowledge/readings.rs), for the
-- built-in model. Apart, as a search reads all vectors of an agent, but the units of a few passages.
create table unit_vectors (
  passage_id    integer primary key references passages (id) on delete cascade,
  workspace_id  text    not null references workspaces (id) on delete cascade,
  agent_id      text    not null references agents (id) on delete cascade,
  model         text    not null,
  vectors       blob    not null  -- one after the other, in the order of the units
) strict;

-- Runs of `frontdesk eval` that were kept, to compare later ones with.
create table baselines (
  agent_id      text    not null references agents (id) on delete cascade,
  workspace_id  text    not null references workspaces (id) on delete cascade,
  name          text    not null,
  run           text    not null check (json_valid(run)), -- JSON: the questions, and how each went (cli/eval/baseline.rs)
  saved_at      integer not null,
  primary key (agent_id, name)
) strict;

-- What an answer was made of and what it took; kept for some days. No word of the visitor's is in here.
create table receipts (
  seq            integer primary key references messages (seq) on delete cascade, -- of the answer
  workspace_id   text    not null references workspaces (id) on delete cascade,
  confidence     real    not null, -- 0 to 1
  threshold      real    not null, -- the agent's, then
  retrieve_ms    real    not null, -- these three from the beginning of the turn
  first_ms       real,             -- to the first word; none was said without it
  total_ms       real    not null, -- to the last word
  prompt_hash    blob    not null, -- SHA-256 (answer/fingerprint.rs)
  passages       text    not null check (json_valid(passages)) -- JSON list, numbered as in the answer: [passage's id, score, URL]
) strict;
-- Answers that the built-in answerer tells with a doubt (answer/hedges.rs), for the gaps.
create index receipts_unsure on receipts (seq) where confidence < 0.5;
