-- Why a call, a text or an order came to nothing is kept as a kind, also where the server found it out; where its
-- words end with a fact, that stands behind it. The server has the words.

comment on column orgline.calls.failure_reason is 'a kind, with its fact if it has one; the server has the words';
comment on column orgline.messages.failure_reason is 'a kind, with its fact if it has one; the server has the words';
comment on column orgline.number_orders.last_error is 'a kind, with its fact if it has one, or what a step said, for operators alone';

update orgline.messages m set failure_reason = k.kind from (values
  ('The number is not for sale any more', 'number_taken'),
  ('The number does not exist: check it with the customer', 'number_invalid'),
  ('Texts to this country are not switched on: the operators of this server can do it', 'country_off'),
  ('The sending number cannot send texts: choose another default number', 'sender_cannot_text'),
  ('This server is on trial at the telephone company and texts verified numbers only: its operators can change that', 'trial_account'),
  ('The customer has asked for no more texts. Only the customer can undo that, by texting START', 'opted_out'),
  ('The sending number has more texts waiting than it can send in four hours: try again later', 'queue_full'),
  ('The number cannot be reached from the sending number', 'out_of_reach'),
  ('The number is not a mobile number, so it cannot receive texts: call instead', 'not_mobile'),
  ('The text is longer than 1,600 characters: send it in parts', 'text_too_long'),
  ('A media URL cannot be used: it must be public, http or https', 'media_unusable'),
  ('The number is in another Messaging Service: its operators have to remove it there first', 'in_other_service'),
  ('The Messaging Service has as many numbers as it may have: use another one', 'service_full'),
  ('The handset is off or out of reach: try again later', 'handset_off'),
  ('The customer or the carrier has blocked texts from the sending number', 'blocked'),
  ('The number is unknown, or no longer in service: check it with the customer', 'number_unknown'),
  ('The number is a landline, or its carrier takes no texts: call instead', 'landline'),
  ('The text was filtered as unwanted by the carrier: word it differently, without shortened links', 'filtered'),
  ('The carrier gave no reason: try again later', 'unexplained'),
  ('The toll-free sending number is not verified: the operators of this server have to see to that', 'toll_free_unverified'),
  ('The sending number is not registered for texting in the US (A2P 10DLC)', 'unregistered'),
  ('The sending number''s registration for texting in the US is under way: try again later', 'registration_pending'),
  ('The telephone company does not have what the request is about', 'telephone_company_not_found'),
  ('The telephone company refused the request', 'telephone_company_rejected'),
  ('The telephone company takes no more requests for the moment: try again later', 'telephone_company_rate_limited'),
  ('The telephone company did not answer: try again later', 'telephone_company_unreachable'),
  ('The telephone company gave an answer that cannot be read: try again later', 'telephone_company_bad_reply'),
  ('The telephone company refuses all requests of this server: its operators have to see to that', 'telephone_company_account')
) as k (words, kind) where m.failure_reason = k.words;

update orgline.messages m set failure_reason = 'opted_out_from: ' || substring(m.failure_reason from '\+[0-9]+$')
where m.failure_reason ~ '^The customer has asked for no more texts\. .* START to \+[0-9]+$';

update orgline.calls c set failure_reason = k.kind from (values
  ('The voice platform does not have what the request is about', 'voice_platform_not_found'),
  ('The voice platform refused the request', 'voice_platform_rejected'),
  ('The voice platform takes no more requests for the moment: try again later', 'voice_platform_rate_limited'),
  ('The voice platform did not answer: try again later', 'voice_platform_unreachable'),
  ('The voice platform gave an answer that cannot be read: try again later', 'voice_platform_bad_reply'),
  ('The voice platform refuses all requests of this server: its operators have to see to that', 'voice_platform_account'),
  ('The voice platform did not place the call: check the number, and try again later', 'not_placed'),
  ('The database cannot be reached at the moment: try again in a few seconds', 'database_unavailable')
) as k (words, kind) where c.failure_reason = k.words;

update orgline.calls c set failure_reason = 'no_answer_within: ' || substring(c.failure_reason from '[0-9.]+ ms$')
where c.failure_reason ~ '^no answer within [0-9.]+ ms$';

update orgline.number_orders n set last_error = 'not_for_sale: ' || substring(n.last_error from ' for sale in (.*)$')
where n.last_error ~ '^There is no number with voice and SMS for sale in (area code [0-9]{3}|[A-Z]{2})$';

update orgline.number_orders n set last_error = 'all_taken'
where n.last_error = 'every number on offer is being bought by somebody else';

-- The loop that reads ElevenLabs' list of conversations; a sweep is the comparison of numbers with the carriers.
update orgline.leases set name = 'calls.scan'
where name = 'calls.sweep' and not exists (select from orgline.leases where name = 'calls.scan');
