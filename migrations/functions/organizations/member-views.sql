-- Members and invites, as an organization's admins see them.

create function private.member_view(m orgline.organization_members) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'id', m.user_id, 'user_id', m.user_id, 'email', m.email, 'role', m.role, 'status', 'active', 'created_at', m.created_at);
end
$$;

create function private.invite_view(i orgline.organization_invites) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'id', i.id, 'user_id', i.user_id, 'email', i.email, 'role', i.role, 'status', 'invited', 'created_at', i.created_at);
end
$$;
