-- Whoever leaves a number alone counts those that are left alone already.
create index phone_numbers_in_doubt on orgline.phone_numbers (id) where mark_doubt is not null;
