/** A chunk of its own: more than a megabyte, for those calls that need it. */
export { default } from 'agora-rtc-sdk-ng';
