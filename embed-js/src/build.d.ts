/** The version that this build is served under. */
declare const VERSION: string;
/** The digest of `report.js`, as the attribute `integrity` has it. */
declare const REPORT: string;

declare module '*.css' {
  const text: string;
  export default text;
}
