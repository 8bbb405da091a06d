import { useEffect, useMemo, useState, type ReactElement, type ReactNode } from 'react';
import { CallError, CallsRest, type Me, type Person, serviceBase } from '@fayo/calls';
import { Avatar } from '../Avatar';
import { Button } from '../Button';
import { ErrorState, Notice } from '../States';
import { personName, roleName, errorText } from '../texts';
import { Dialog } from '../Dialog';
import { demoSession } from './demo';
import { useSignInAddress } from './useSignInAddress';
import { useSignIn, type SignInOffer } from './useSignIn';
import './sign-in.css';

interface Session {
  readonly me: Me;
  readonly rest: CallsRest;
  /** The newest one. */
  readonly token: () => string;
  /** Keeps the user signed in also for when the page is opened again, if the page is one that remembers. */
  readonly remember: () => void;
  readonly signOut: (problem?: string) => void;
}

interface SignedInProps {
  title: string;
  /** Whether the page's users may stay signed in when it is closed. */
  remembers?: boolean;
  children: (session: Session) => ReactNode;
}

/** A page for a user who is signed in; before that, the form to sign in. */
export function SignedIn({ title, remembers = false, children }: SignedInProps): ReactNode {
  const { state, offer, signIn, remember, signOut } = useSignIn(remembers);
  useEffect(() => void demoSession(), []);
  switch (state.kind) {
    case 'signed-out':
      return <SignInForm title={title} problem={state.problem} goesBack={remembers && state.ranOut} onSignIn={signIn} />;
    case 'checking':
      return (
        <main className="sign-in">
          <p className="sign-in-wait" role="status">
            Connecting …
          </p>
        </main>
      );
    case 'failed':
      return (
        <main className="sign-in">
          <ErrorState title="Not signed in yet" onRetry={state.retry}>
            {state.problem} This page tries again by itself.
          </ErrorState>
        </main>
      );
    case 'signed-in':
      return (
        <>
          {children({ me: state.me, rest: state.rest, token: state.token, remember, signOut })}
          {offer !== null && <OtherPerson me={state.me} offer={offer} />}
        </>
      );
  }
}

/** Asks before somebody else takes the place of who is signed in: a link alone must not do that. */
function OtherPerson({ me, offer }: { me: Me; offer: SignInOffer }): ReactElement {
  const other = personName(offer.me);
  return (
    <Dialog title={`Sign in as ${other}?`} onClose={offer.decline}>
      <p>
        You are signed in as {personName(me)}. The address that was opened would sign you in as {other}. Go on only if that is what you
        want; a call that goes on here would end.
      </p>
      <div className="dialog-actions">
        <Button label={`Stay signed in as ${personName(me)}`} look="primary" onClick={offer.decline} />
        <Button label={`Sign in as ${other}`} onClick={offer.accept} />
      </div>
    </Dialog>
  );
}

interface SignInFormProps {
  title: string;
  problem: string | null;
  /** Whether the page goes by itself to where people sign in. */
  goesBack: boolean;
  onSignIn: (token: string) => void;
}

function SignInForm({ title, problem, goesBack, onSignIn }: SignInFormProps): ReactElement {
  const demo = useDemo();
  const signInAddress = useSignInAddress(goesBack);
  const [failure, setFailure] = useState<string | null>(null);
  const [token, setToken] = useState('');
  const rest = useMemo(() => new CallsRest({ base: serviceBase(), token: () => null }), []);
  const choose = (person: Person): void => {
    demoSession()
      .then(session => rest.demoToken(person.id, session))
      .then(
        answer => onSignIn(answer.token),
        (error: unknown) => setFailure(errorText(error)),
      );
  };
  const shown = failure ?? problem;
  // Nothing is shown until the demo users are known, so that nothing moves while somebody is about to click.
  if (demo === undefined) {
    return <main className="sign-in" aria-busy="true" />;
  }

  const { people, locked } = demo;

  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <div className="sign-in-head">
          <img src="./icon.svg" width="48" height="48" alt="" />
          <h1>{title}</h1>
          {people.length > 0 && <p className="quiet">This is a demo on this computer. Who would you like to be?</p>}
        </div>
        {locked !== null && (
          <Notice>
            <p>{locked}</p>
          </Notice>
        )}
        {shown !== null && (
          <Notice bad>
            <p>{shown}</p>
          </Notice>
        )}
        {signInAddress !== null && (
          <a className="button primary" href={signInAddress}>
            Sign in
          </a>
        )}
        {people.length > 0 && (
          <ul className="card" aria-label="Demo users">
            {people.map(person => (
              <li key={person.id}>
                <button type="button" className="person-choice" onClick={() => choose(person)}>
                  <Avatar name={personName(person)} />
                  <span className="row-text">
                    <span className="row-title">{personName(person)}</span>
                    <span className="quiet small">{roleName(person.role)}</span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        )}
        <form
          className="card sign-in-form"
          onSubmit={event => {
            event.preventDefault();
            if (token.trim() !== '') {
              onSignIn(token);
            }
          }}
        >
          <div className="field">
            <label htmlFor="token">Access token</label>
            <textarea
              id="token"
              className="input"
              value={token}
              onChange={event => setToken(event.target.value)}
              spellCheck={false}
              autoComplete="off"
              aria-describedby="token-help"
            />
            <p id="token-help" className="quiet small">
              {signInAddress === null
                ? 'Usually the program that opened this page signs you in. Otherwise, paste the token you were given.'
                : 'Usually you sign in above. Otherwise, paste the token you were given.'}
            </p>
          </div>
          <Button
            type="submit"
            label="Sign in"
            look={people.length > 0 || signInAddress !== null ? 'ordinary' : 'primary'}
            disabled={token.trim() === ''}
          />
        </form>
      </div>
    </main>
  );
}

interface Demo {
  /** The users of the local demo; empty if this is not the demo, or this browser was not let into it. */
  readonly people: readonly Person[];
  /** Why this browser was not let into the demo. */
  readonly locked: string | null;
}

/** The local demo; undefined until it is known whether this is it. */
function useDemo(): Demo | undefined {
  const [demo, setDemo] = useState<Demo>();
  useEffect(() => {
    const asking = new AbortController();
    const rest = new CallsRest({ base: serviceBase(), token: () => null, attempts: 1 });
    demoSession()
      .then(session => rest.demoUsers(session, asking.signal))
      .then(
        people => setDemo({ people, locked: null }),
        (error: unknown) => {
          if (!asking.signal.aborted) {
            setDemo({ people: [], locked: error instanceof CallError && error.code === 'demo_word' ? error.message : null });
          }
        },
      );
    return () => asking.abort();
  }, []);
  return demo;
}
