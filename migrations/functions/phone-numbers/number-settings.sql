-- What of one number is not as its organization has it.

-- Changes what is given of the settings of a number that the organization holds; null: as the organization's again.
-- p_countries: of each number in them to which callers are put through.
create function public.change_phone_number_settings(
  p_actor public.orgline_actor, p_organization_id uuid, p_phone_number text, p_settings jsonb, p_countries jsonb
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_organization orgline.organizations := private.administered_organization(p_actor, p_organization_id);
  v_before orgline.organization_phone_numbers;
  v_after orgline.organization_phone_numbers;
  v_changed jsonb;
begin
  perform private.lock_organization(p_organization_id);
  v_organization := private.administered_organization(p_actor, p_organization_id);
  select h.* into v_before from orgline.organization_phone_numbers h join orgline.phone_numbers p on p.id = h.phone_number_id
  where h.organization_id = p_organization_id and h.ended_at is null and p.phone_number = p_phone_number for update of h;
  if not found then
    perform private.refuse_foreign_number(p_phone_number);
  end if;
  perform private.refuse_own_destinations(p_settings);
  v_changed := private.names_changed(v_before.settings, p_settings);
  update orgline.organization_phone_numbers h set
    settings = jsonb_strip_nulls(h.settings || p_settings),
    updated_at = case when v_changed = '[]' then h.updated_at else now() end
  where h.id = v_before.id returning * into v_after;
  perform private.require_routable(v_organization);
  perform private.require_own_destinations(private.note_destinations(p_organization_id, p_countries));
  perform private.audit_changed(p_actor, 'change_phone_number_settings', p_organization_id, p_phone_number, v_changed);
  return (
    select private.holding_view(v_after, p) from orgline.phone_numbers p where p.id = v_after.phone_number_id);
end
$$;
