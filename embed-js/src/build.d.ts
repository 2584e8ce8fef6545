/** The version that this build is served under. */
declare const VERSION: string;
/** The digest of `more.js`, as the attribute `integrity` has it. */
declare const MORE: string;

/** That of `elsewhere.js`. */
declare const ELSEWHERE: string;

declare module '*.css' {
  const text: string;
  export default text;
}
