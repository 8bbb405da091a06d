import { type CallSession, otherParticipant, type Person } from '@fayo/calls';
import { shownName } from '../name';
import { personName } from '../texts';

/** The name of a user by id, if the page knows a directory. */
export type Names = (id: string) => string | undefined;

export const noNames: Names = () => undefined;

export function namesOf(people: Iterable<Person>): Names {
  const names = new Map([...people].map(person => [person.id, personName(person)]));
  return id => names.get(id);
}

/** The names of those who have called, as the service has them from their tokens. */
export function namesOfCallers(sessions: Iterable<CallSession>): Names {
  const names = new Map(
    [...sessions].flatMap(({ initiatorId, initiatorName }) =>
      initiatorName === null ? [] : [[initiatorId, shownName(initiatorName)] as const],
    ),
  );
  return id => names.get(id);
}

/**
 * The other participant's name: as this page knows it, or else, for the caller, as the service has it from the caller's token, or else their
 * id. What the caller has written into the call's metadata is never shown: it may be anybody's name.
 */
export function otherName(session: CallSession, userId: string, names: Names): string {
  const id = otherParticipant(session, userId);
  if (id === null) {
    return 'Nobody yet';
  }

  const told = id === session.initiatorId && session.initiatorName !== null ? shownName(session.initiatorName) : '';
  return names(id) ?? (told || shownName(id));
}
