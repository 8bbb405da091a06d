/** A module of its own, so that its chunk of more than a megabyte is loaded only for calls that need it. */
export { default } from 'agora-rtc-sdk-ng';
