CREATE INDEX user_search_sorted ON user_search (sort_key, user_id) INCLUDE (words);

CREATE INDEX user_search_other_words ON user_search USING gin (other_words);
