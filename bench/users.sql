-- $1 users with names as they occur: a few are very frequent, most are rare. A third of the last names is among 60, the others are
-- made of syllables.

-- One of them; the greater the skew the more often one of the first.
CREATE FUNCTION pg_temp.pick(names text[], skew float) RETURNS text LANGUAGE sql VOLATILE
RETURN names[1 + floor(cardinality(names) * power(random(), skew))::int];

CREATE FUNCTION pg_temp.capital(name text) RETURNS text LANGUAGE sql IMMUTABLE RETURN upper(left(name, 1)) || substr(name, 2);

INSERT INTO call.users (id, first_name, last_name, role, label, last_seen_at)
SELECT id, first_name, last_name, CASE WHEN n % 50 = 0 THEN 'DOCTOR' ELSE 'PATIENT' END,
    lower(concat_ws(' ', last_name, first_name, last_name, id)), now()
FROM generate_series(1, $1) AS n,
LATERAL (SELECT
    CASE WHEN n % 3 = 0 THEN pg_temp.pick(frequent_last, 2) ELSE pg_temp.capital(pg_temp.pick(syllables, 1.5) || pg_temp.pick(syllables, 1) || pg_temp.pick(endings, 1.5)) END AS last_name,
    CASE WHEN n % 10 < 8 THEN pg_temp.pick(frequent_first, 2) ELSE pg_temp.capital(pg_temp.pick(syllables, 1) || pg_temp.pick(endings, 1)) END AS first_name,
    CASE WHEN n % 4 = 0 THEN '+49' || (1500000000 + n * 37 % 400000000)::text
    ELSE substr(md5(n::text), 1, 8) || '-' || substr(md5(n::text), 9, 4) END AS id
    FROM (VALUES (
        ARRAY['Müller', 'Schmidt', 'Schneider', 'Fischer', 'Weber', 'Meyer', 'Wagner', 'Becker', 'Schulz', 'Hoffmann', 'Schäfer', 'Koch',
            'Bauer', 'Richter', 'Klein', 'Wolf', 'Schröder', 'Neumann', 'Schwarz', 'Zimmermann', 'Braun', 'Krüger', 'Hofmann', 'Hartmann',
            'Lange', 'Schmitt', 'Werner', 'Krause', 'Meier', 'Lehmann', 'Yılmaz', 'Kaya', 'Demir', 'Çelik', 'Şahin', 'Öztürk', 'Nguyễn',
            'Trần', 'Kowalski', 'Wiśniewski', 'Łukaszewicz', 'García', 'González', 'Fernández', 'O''Brien', 'Smith', 'Jones', 'Williams',
            'Ivanov', 'Иванов', 'Соловьёв', 'Παπαδόπουλος', 'Jørgensen', 'Sørensen', 'Åberg', 'Øverland', 'العلي', 'כהן', '山田', '佐藤'],
        ARRAY['Maria', 'Anna', 'Peter', 'Michael', 'Thomas', 'Andreas', 'Wolfgang', 'Klaus', 'Ursula', 'Monika', 'Petra', 'Elisabeth',
            'Sabine', 'Renate', 'Helga', 'Karin', 'Brigitte', 'Ingrid', 'Andrea', 'Gisela', 'Claudia', 'Susanne', 'Gabriele', 'Christa',
            'Stefan', 'Christian', 'Hans', 'Jürgen', 'Uwe', 'Frank', 'Bernd', 'Dieter', 'Werner', 'Günter', 'Horst', 'Gerhard', 'Mehmet',
            'Mustafa', 'Ayşe', 'Fatma', 'İbrahim', 'Zeynep', 'Zoë', 'José', 'Álvaro', 'Łukasz', 'Agnieszka', 'Jan', 'Piotr', 'Anne-Marie',
            'Jean-Luc', 'Søren', 'Åse', 'Đức', 'Hương', 'Анна', 'Сергей', 'Ελένη', 'محمد', 'דוד', '太郎', '花子', 'Viktor', 'Vera', 'Xaver',
            'Quirin', 'Yusuf', 'Nina', 'Olga', 'Emil', 'Lena', 'Rosa', 'Theo', 'Carlos', 'Ida', 'Kai', 'Björn', 'Leïla', 'Chloé', 'Omar'],
        ARRAY['al', 'an', 'ba', 'bel', 'ber', 'bo', 'bran', 'bru', 'da', 'del', 'do', 'eb', 'eck', 'el', 'en', 'fa', 'fel', 'fran', 'ga',
            'ger', 'gra', 'ha', 'hel', 'her', 'hol', 'in', 'ja', 'ka', 'kal', 'kir', 'ko', 'kra', 'la', 'len', 'lin', 'lo', 'ma', 'mar',
            'mei', 'mo', 'na', 'nie', 'no', 'ol', 'os', 'pa', 'pe', 'pol', 'ra', 'rei', 'ro', 'ru', 'sa', 'schu', 'se', 'so', 'sta', 'ste',
            'ta', 'the', 'to', 'tra', 'ul', 'va', 'vo', 'wa', 'wei', 'wil', 'wo', 'za', 'ze', 'zi'],
        ARRAY['mann', 'er', 'berg', 'in', 'sen', 'son', 'ski', 'feld', 'bach', 'hausen', 'o', 'a', 'ez', 'ov', 'ić', 'oğlu', 'eau', 'ini',
            'stein', 'meier', 'ström', 'inen', 'escu', 'idis'])
    ) AS names (frequent_last, frequent_first, syllables, endings)
) AS named;
