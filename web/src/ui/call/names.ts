import { type CallSession, otherParticipant, type Person } from '@fayo/calls';
import { personName } from '../texts';

/** The name of a user by id, if the page knows a directory. */
export type Names = (id: string) => string | undefined;

export const noNames: Names = () => undefined;

export function namesOf(people: Iterable<Person>): Names {
  const names = new Map([...people].map(person => [person.id, personName(person)]));
  return id => names.get(id);
}

/** The other participant's name as this page knows it, or else as the caller's page gave it, or else their id. */
export function otherName(session: CallSession, userId: string, names: Names): string {
  const id = otherParticipant(session, userId);
  if (id === null) {
    return 'Nobody yet';
  }

  return names(id) ?? nameIn(session.metadata, id === session.initiatorId ? 'initiatorName' : 'recipientName') ?? id;
}

function nameIn(metadata: unknown, field: 'initiatorName' | 'recipientName'): string | undefined {
  const name: unknown = typeof metadata === 'object' && metadata !== null ? (metadata as Record<string, unknown>)[field] : undefined;
  return typeof name === 'string' && name.trim() !== '' ? name : undefined;
}
