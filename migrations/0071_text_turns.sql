-- Agents that answer texts: a turn is what a customer has texted and is answered together; a text conversation is what was
-- held with an agent for that.

alter table orgline.contacts add column replies_paused_until timestamptz;
comment on column orgline.contacts.replies_paused_until is
  'until when no agent answers this customer''s texts, because a person does; infinity: until somebody switches it on; null: agents do';

create table orgline.text_turns (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references orgline.organizations (id),
  contact_id uuid not null,
  organization_phone_number_id uuid not null,
  our_number text not null,
  customer text not null,
  status text not null default 'waiting' check (status in ('waiting', 'asking', 'sending', 'answered', 'dropped', 'failed')),
  due_at timestamptz,
  is_due boolean not null default false,
  attempts integer not null default 0,
  agent_id text,
  asked_at timestamptz,
  answer text[],
  reason text,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default now(),
  unique (organization_id, id),
  foreign key (organization_id, contact_id) references orgline.contacts (organization_id, id) on delete cascade,
  foreign key (organization_id, organization_phone_number_id) references orgline.organization_phone_numbers (organization_id, id),
  check ((due_at is not null) = (status in ('waiting', 'asking', 'sending'))),
  check (due_at is not null or not is_due)
);
comment on table orgline.text_turns is 'What a customer has texted, and an agent is to answer with one answer.';
comment on column orgline.text_turns.our_number is 'which was texted, and answers';
comment on column orgline.text_turns.status is
  'waiting: further texts join it; asking: its agent is asked, or will be again; sending: its answer is there, and is texted; '
  'dropped: nobody waits for an answer of an agent; failed: somebody does';
comment on column orgline.text_turns.due_at is 'when it goes on; pushed away, it is the lease of whoever works on it; null: it is over';
comment on column orgline.text_turns.is_due is 'its time has come, so that whoever claims steps over none whose time has not';
comment on column orgline.text_turns.attempts is 'to ask the agent';
comment on column orgline.text_turns.asked_at is 'when its agent was first asked, from when it counts for the limits';
comment on column orgline.text_turns.answer is
  'the texts that it is to be answered with; null again once it is over: texts are kept as such';
comment on column orgline.text_turns.reason is 'why it was dropped, or has failed';
create unique index text_turns_open on orgline.text_turns (organization_id, contact_id, organization_phone_number_id, customer)
  where status = 'waiting';
create index text_turns_under_way on orgline.text_turns (organization_id, contact_id) where status in ('asking', 'sending');
create index text_turns_due on orgline.text_turns (organization_id, due_at) where is_due;
create index text_turns_waiting on orgline.text_turns (due_at) where due_at is not null and not is_due;
create index text_turns_contact on orgline.text_turns (organization_id, contact_id, asked_at);
create index text_turns_asked on orgline.text_turns (organization_id, asked_at) where asked_at is not null;
create index text_turns_over on orgline.text_turns (updated_at) where due_at is null;

alter table orgline.messages add column text_turn_id uuid;
comment on column orgline.messages.text_turn_id is
  'the turn that it is part of, or that it answers; no reference, because texts outlive their turns';
create index messages_of_turn on orgline.messages (organization_id, text_turn_id) where text_turn_id is not null;

create table orgline.text_conversations (
  conversation_id text primary key,
  organization_id uuid not null references orgline.organizations (id),
  contact_id uuid not null,
  turn_id uuid not null,
  created_at timestamptz not null default now(),
  poll_at timestamptz,
  poll_attempts integer not null default 0,
  foreign key (organization_id, contact_id) references orgline.contacts (organization_id, id)
);
comment on table orgline.text_conversations is
  'A conversation held with an agent to answer texts; it is erased at ElevenLabs with its contact.';
comment on column orgline.text_conversations.turn_id is 'no reference: it outlives its turn';
comment on column orgline.text_conversations.poll_at is
  'when it is looked up, because its end was not reported; null: it was, or is not looked up';
create index text_conversations_contact on orgline.text_conversations (organization_id, contact_id);
create index text_conversations_poll on orgline.text_conversations (poll_at) where poll_at is not null;

alter table orgline.text_turns enable row level security;
alter table orgline.text_conversations enable row level security;
revoke all on orgline.text_turns, orgline.text_conversations from anon, authenticated, service_role;

-- What such a conversation costs has a line of its own.
alter table orgline.carrier_charges drop constraint carrier_charges_kind_check;
alter table orgline.carrier_charges add constraint carrier_charges_kind_check
  check (kind in ('message', 'call', 'conversation', 'text_conversation'));
comment on column orgline.carrier_charges.units is 'segments of a text, minutes begun of a call; of a text conversation 1';
