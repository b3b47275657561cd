-- A number: how it is shown, and whether it is ours.

-- The id again, when it is that of an organization's agent in use; null for any other.
create function private.own_agent(p_agent_id text) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (
    select a.elevenlabs_agent_id from orgline.agents a where a.elevenlabs_agent_id = p_agent_id and a.status = 'active');
end
$$;

-- The id again, when it is that of an agent this organization has or had. The deployment's own answers for
-- everybody, and whoever knows its id may talk to it at the operators' expense: no tenant sees that.
create function private.agent_to_show(p_organization_id uuid, p_agent_id text) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (
    select a.elevenlabs_agent_id from orgline.agents a where a.organization_id = p_organization_id and a.elevenlabs_agent_id = p_agent_id);
end
$$;

-- Never backwards, and once a minute: a busy number would be written anew by each call, and each would wait for the one
-- before. Nor does it wait for anybody: whoever has the number at this moment is soon followed by the next call.
create function private.note_traffic_of(p_phone_number_id uuid, p_at timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  update orgline.phone_numbers set last_traffic_at = p_at
  where id = (
    select p.id from orgline.phone_numbers p
    where p.id = p_phone_number_id and (p.last_traffic_at is null or p.last_traffic_at < p_at - interval '1 minute')
    for no key update skip locked);
end
$$;

-- Whether we have the number, or are buying it.
create function private.is_ours(p_phone_number text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (select from orgline.phone_numbers p where p.phone_number = p_phone_number and private.may_be_ours(p.status));
end
$$;

-- Whether it is a number of this deployment, whatever it is there for: calls go out from the default one,
-- too, which may stand in no table. Nobody else calls or texts from such a number.
create function private.is_of_deployment(p_phone_number text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return (
    select private.is_ours(p_phone_number)
      or exists (select from orgline.deployment d where d.default_phone_number = p_phone_number));
end
$$;

-- Whether an import of the number may be one of the time before p_since, which is a deployment's token_since:
-- not where the number was bought since, unless a person entered it, who may have had it for long.
create function private.may_be_older(p orgline.phone_numbers, p_since timestamptz) returns boolean
language sql stable set search_path = '' as $$
  select p_since is not null and (coalesce(p.bought_at, '-infinity') <= p_since or private.was_entered(p))
$$;

-- Whether a person entered the number: its order was made along with it (enter_phone_number). Numbers of ours that are
-- assigned or taken back have orders of that cause, too, which are younger.
create function private.was_entered(p orgline.phone_numbers) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from orgline.number_orders n where n.phone_number_id = p.id and n.cause = 'manual' and n.created_at = p.created_at)
$$;

-- What is known of a number's import at ElevenLabs, for whoever sets the number up, or imports it.
create function private.import_view(p orgline.phone_numbers) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_urls record := private.best_import_urls(p);
begin
  return jsonb_build_object(
    'state', p.import_state, 'token_hash', p.import_token_hash, 'begun_hash', p.import_begun_hash,
    'may_be_older', (select private.may_be_older(p, d.token_since) from orgline.deployment d),
    'voice_url', v_urls.voice_url, 'status_url', v_urls.status_url,
    'urls_read', coalesce(p.import_urls_of = p.elevenlabs_phone_id, false),
    'last_resort_set', coalesce(p.last_resort_of = p.elevenlabs_phone_id, false));
end
$$;

create function private.phone_number_view(p orgline.phone_numbers) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'id', p.id, 'phone_number', p.phone_number, 'country', p.country, 'region', p.region, 'area_code', p.area_code,
    'provider', p.provider, 'twilio_phone_sid', p.twilio_phone_sid, 'elevenlabs_phone_id', p.elevenlabs_phone_id,
    'capabilities', p.capabilities, 'monthly_cost', p.monthly_cost, 'status', p.status, 'sms_status', p.sms_status,
    'agent_id', p.agent_id, 'last_traffic_at', p.last_traffic_at, 'release_at', p.release_at, 'created_at', p.created_at,
      'updated_at', p.updated_at,
    'mark', private.number_mark(p), 'import', private.import_view(p))
    || coalesce((
      select jsonb_build_object('holder_status', o.status, 'inbound_voice', o.settings -> 'inbound_voice')
      from orgline.organization_phone_numbers h join orgline.organizations o on o.id = h.organization_id
      where h.phone_number_id = p.id and h.ended_at is null), '{"holder_status": null, "inbound_voice": null}');
end
$$;

-- How calls to an organization's numbers are answered; p_default where it has not chosen.
create function private.inbound_voice(p_organization_id uuid, p_default text) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce((select o.settings ->> 'inbound_voice' from orgline.organizations o where o.id = p_organization_id), p_default));
end
$$;

-- A number that is ours for certain, that Twilio has for us, and that is not being released.
create function private.can_be_synced(p orgline.phone_numbers) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return private.is_owned(p.status) and p.releasing_at is null and p.ghost_since is null;
end
$$;

-- Whether the carriers have the number as it is to be, as far as is known here.
create function private.is_verified(p orgline.phone_numbers) returns boolean
language sql immutable set search_path = '' as $$
  select p.sync_due_at is null and p.mark_doubt is null and p.ghost_since is null
$$;

-- What keeps a number from being verified: operators have to decide, who were told of it; or it is late,
-- because a sync has failed or none could begin for a minute. Null: nothing.
create function private.trouble_of(p orgline.phone_numbers) returns text
language sql stable set search_path = '' as $$
  select case
    when p.mark_doubt is not null or p.ghost_since is not null then 'operators'
    when p.sync_attempts > 1 or p.sync_due_at < clock_timestamp() - interval '1 minute' then 'late' end
$$;

-- Since when a number is paid for, as a carrier says and as far as that can be: not before the order that
-- bought it, or the deployment where p_order_at is null, and not in the future. Null: since now.
create function private.possible_purchase(p_bought_at timestamptz, p_order_at timestamptz) returns timestamptz
language sql stable set search_path = '' as $$
  -- Carriers tell whole seconds.
  select case when p_bought_at is null then clock_timestamp()
    else least(greatest(p_bought_at, date_trunc('second', coalesce(p_order_at, d.created_at))), clock_timestamp()) end
  from orgline.deployment d
$$;
