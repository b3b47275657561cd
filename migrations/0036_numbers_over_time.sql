-- Whose a number was, and when: asked with every report of a call, and for every month's bill.
create index phone_numbers_number on orgline.phone_numbers (phone_number);
create index organization_phone_numbers_number on orgline.organization_phone_numbers (phone_number_id, assigned_at);
