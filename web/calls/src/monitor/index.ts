export { MonitorConnection, type MonitorState } from './connection.ts';
export { endCall, monitorSummary, openDashboard } from './requests.ts';
export { MonitorStore, type MonitorView } from './store.ts';
export * from './types.ts';
