-- Since when no server looks after imports.

alter table orgline.deployment add column unled_since timestamptz;
comment on column orgline.deployment.unled_since is
  'since when every server that looked at imports found that it was for another one to do; null: the last one did it';
