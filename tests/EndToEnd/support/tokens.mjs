// JWTs as the service's callers bring them.
import { randomBytes } from 'node:crypto';
import jwt from 'jsonwebtoken';

export const JWT_SECRET = 'the secret of the end-to-end tests';

/** A JWT of a user; `claims` and `options` (jsonwebtoken's) override. */
export function tokenFor(userId, claims = {}, { secret = JWT_SECRET, ...options } = {}) {
  const { role = 'PATIENT', ...others } = claims;
  const expires = 'exp' in others ? {} : { expiresIn: '1h' };
  return jwt.sign({ ...(userId === undefined ? {} : { sub: userId }), role, ...others }, secret, { algorithm: 'HS256', ...expires, ...options });
}

/** A user id that no other test has. */
export const newUser = (kind = 'user') => `${kind}-${randomBytes(5).toString('hex')}`;
