-- What is asked for is found without reading what is not: each index has the rows of its question, and no others.

-- The same words as forget_words looks for, in the same terms: an index that lacks one of them is of no use to it.
drop index orgline.calls_with_words;
create index calls_with_words on orgline.calls (created_at)
  where summary is not null or transcript is not null or exchanges <> '[]' or recording_url is not null
    or collected is not null or evaluation is not null;
