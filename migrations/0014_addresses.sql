-- What proves that an address leads to this deployment, and which address its numbers have left.

alter table orgline.deployment
  -- Signs what a server answers to whoever asks whether it is of this deployment, and nothing else; all
  -- servers of the deployment read it here.
  add column secret text not null default replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''),
  -- The address the numbers pointed at before public_url. By themselves they never go back there: a
  -- server that was not restarted since the move would take them.
  add column moved_from text;
