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

-- A browser that opened the widget.
create table visitors (
  id            text    primary key,
  workspace_id  text    not null references workspaces (id) on delete cascade,
  agent_id      text    not null references agents (id) on delete cascade,
  anon_id       text    not null, -- chosen by the browser, or made for it
  locale        text,             -- BCP 47, as the browser said
  created_at    integer not null,
  unique (agent_id, anon_id)
) strict;

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
  rating             text    check (rating in ('good', 'bad')), -- of an answer, by the visitor
  created_at         integer not null
) strict;
create index messages_by_conversation on messages (conversation_id, seq);
create index messages_by_question on messages (reply_to) where reply_to is not null;
create unique index messages_by_client_id on messages (conversation_id, client_message_id) where client_message_id is not null;

-- Contact details that a visitor left.
create table leads (
  id               text    primary key,
  workspace_id     text    not null references workspaces (id) on delete cascade,
  agent_id         text    not null references agents (id) on delete cascade,
  visitor_id       text    references visitors (id) on delete set null,
  conversation_id  text    references conversations (id) on delete set null,
  email            text    not null, -- lower case
  name             text,
  phone            text,
  fields           text    not null default '{}' check (json_valid(fields)), -- JSON object: further answers of the form
  created_at       integer not null,
  updated_at       integer not null,
  unique (agent_id, email)
) strict;
create index leads_by_visitor on leads (visitor_id);

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

-- Where an agent's knowledge comes from: a folder, a file, a site.
create table sources (
  id            text    primary key,
  workspace_id  text    not null references workspaces (id) on delete cascade,
  agent_id      text    not null references agents (id) on delete cascade,
  kind          text    not null check (kind in ('file', 'folder', 'website')),
  location      text    not null, -- an absolute path, or the URL where crawling begins
  base_url      text,             -- for files: their pages' URL is this with the relative path
  created_at    integer not null,
  refreshed_at  integer,          -- end of the last run
  unique (agent_id, location)
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

-- A piece of a page, of a size to search and to quote.
create table passages (
  id            integer primary key,
  workspace_id  text    not null references workspaces (id) on delete cascade,
  agent_id      text    not null references agents (id) on delete cascade,
  page_id       integer not null references pages (id) on delete cascade,
  position      integer not null, -- from 0, in the order of the page
  heading       text    not null, -- the headings above it, joined with ' › '
  anchor        text,             -- the id of the nearest heading, for a link to the place
  body          text    not null  -- Markdown
) strict;
create index passages_by_page on passages (page_id, position);
create index passages_by_agent on passages (agent_id);

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
