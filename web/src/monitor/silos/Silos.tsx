import { useState, type ReactElement } from 'react';
import { CallError, serviceBase } from '@fayo/calls';
import { type MonitorSilo, type MonitorSummary, openDashboard } from '@fayo/calls/monitor';
import { Button } from '../../ui/Button';
import { errorText } from '../../ui/texts';
import { count, siloStatus, timeOfDay } from '../texts';
import './silos.css';

/** The silos of the cluster and the load of each. */
export function Silos({ summary, token }: { summary: MonitorSummary | null; token: () => string }): ReactElement {
  return (
    <section className="card silos" aria-labelledby="silos-title">
      <div className="card-head">
        <h2 id="silos-title">Silos</h2>
        <DashboardButton token={token} />
      </div>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- A table that scrolls has to be reachable with the keyboard. */}
      <div className="silos-scroller" tabIndex={0} role="region" aria-labelledby="silos-title">
        <table>
          <thead>
            <tr>
              <th scope="col">Silo</th>
              <th scope="col">Status</th>
              <th scope="col" className="number">
                Calls
              </th>
              <th scope="col" className="number">
                Users
              </th>
              <th scope="col" className="number">
                Grains
              </th>
              <th scope="col" className="number">
                Connections
              </th>
              <th scope="col">Since</th>
            </tr>
          </thead>
          <tbody>
            {summary === null ? (
              <tr>
                <td colSpan={7} className="quiet">
                  Not known yet
                </td>
              </tr>
            ) : (
              summary.silos.map(silo => <SiloRow key={silo.address} silo={silo} />)
            )}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function SiloRow({ silo }: { silo: MonitorSilo }): ReactElement {
  return (
    <tr>
      <th scope="row">
        {silo.name ?? silo.address}
        {silo.name !== null && <span className="quiet small silo-address">{silo.address}</span>}
      </th>
      <td>
        <span className={silo.status === 'Active' ? 'badge good' : 'badge'}>{siloStatus(silo.status)}</span>
      </td>
      <td className="number">{count(silo.grains?.calls)}</td>
      <td className="number">{count(silo.grains?.users)}</td>
      <td className="number">{count(silo.grains?.total)}</td>
      <td className="number">{count(silo.connections)}</td>
      <td>{silo.since === null ? '–' : timeOfDay(silo.since)}</td>
    </tr>
  );
}

function DashboardButton({ token }: { token: () => string }): ReactElement {
  const [problem, setProblem] = useState('');
  const open = (): void => {
    setProblem('');
    openDashboard(serviceBase(), token()).then(
      address => {
        const opened = window.open(address, 'fayo-orleans');
        if (opened === null) {
          location.assign(address);
        } else {
          // As rel="noopener" does for a link. The feature `noopener` would hide whether a window was opened.
          opened.opener = null;
        }
      },
      (error: unknown) =>
        setProblem(
          error instanceof CallError && error.status === 404 ? 'This cluster runs without the Orleans dashboard.' : errorText(error),
        ),
    );
  };
  return (
    <>
      <span className="quiet small" role="status">
        {problem}
      </span>
      <Button label="Orleans dashboard" onClick={open} />
    </>
  );
}
