-- Whose device an app's token or a browser's subscription is: of whoever registered it last. The phone of somebody who signed out
-- without a network, and on which somebody else signed in, is not pushed for the first user any more.
CREATE TABLE push_addresses
(
    -- The SHA-256 of the platform and of the token or the subscription's endpoint, hexadecimal.
    address text COLLATE "C" PRIMARY KEY,
    user_id text COLLATE "C" NOT NULL,
    device_id text NOT NULL,
    registered_at timestamptz NOT NULL
);
