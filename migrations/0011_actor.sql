-- Who acts: an operator by the name of the key, a user or a key of an organization by its id, or the
-- server itself. Null and whatever else is no actor: a function that takes one refuses it by this type,
-- before its first statement. An empty value must not pass, so what is not true is false.
create domain public.orgline_actor as jsonb
  constraint orgline_actor_given not null
  constraint orgline_actor_known check (coalesce(
    case value ->> 'kind'
      when 'operator' then jsonb_typeof(value -> 'name') = 'string' and value ->> 'name' <> ''
      when 'system' then true
      when 'user' then value ->> 'id' ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
      when 'key' then value ->> 'id' ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
    end, false));
comment on domain public.orgline_actor is
  '{"kind": "operator", "name": …}, {"kind": "user" or "key", "id": …} or {"kind": "system"}';
-- PostgREST names the type of every argument, as the role that calls.
revoke all on domain public.orgline_actor from public;
grant usage on domain public.orgline_actor to service_role;
